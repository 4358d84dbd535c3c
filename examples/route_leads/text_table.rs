//! Tables for a terminal.

use std::fmt::{self, Write as _};

/// The longest that a cell is shown; names may be longer.
const WIDEST: usize = 34;

/// Rows of cells under headings. Text is aligned to the left, and what is marked as a number to the right.
#[derive(Debug)]
pub(crate) struct TextTable<const COLUMNS: usize> {
    headings: [&'static str; COLUMNS],
    numbers: [bool; COLUMNS],
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> TextTable<COLUMNS> {
    /// A table without rows. A heading that begins with `#` stands over numbers.
    pub(crate) fn new(headings: [&'static str; COLUMNS]) -> Self {
        let numbers = headings.map(|heading| heading.starts_with('#'));
        Self { headings: headings.map(|heading| heading.trim_start_matches('#')), numbers, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells.map(shortened));
    }

    fn write<'a>(
        &self,
        f: &mut fmt::Formatter<'_>,
        cells: impl Iterator<Item = &'a str>,
        widths: &[usize],
    ) -> fmt::Result {
        let mut line = String::new();
        for ((cell, width), number) in cells.zip(widths).zip(self.numbers) {
            if number {
                write!(line, "  {cell:>width$}")?;
            } else {
                write!(line, "  {cell:<width$}")?;
            }
        }
        writeln!(f, "{}", line.trim_end())
    }
}

impl<const COLUMNS: usize> fmt::Display for TextTable<COLUMNS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = self.headings.map(|heading| heading.chars().count());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        self.write(f, self.headings.into_iter(), &widths)?;
        self.rows.iter().try_for_each(|row| self.write(f, row.iter().map(String::as_str), &widths))
    }
}

fn shortened(cell: String) -> String {
    if cell.chars().count() <= WIDEST { cell } else { cell.chars().take(WIDEST - 1).chain(['…']).collect() }
}

/// `1 lead`, `2 leads`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
