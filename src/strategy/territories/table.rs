//! Areas from a table, as people keep them in a spreadsheet: one row an area.

use super::entry::Entry;
use super::{Area, Territories, area, territories};
use crate::fault::{slip, write_all};
use crate::limits::MAX_DIMENSIONS;
use crate::roster::name_fault;
use crate::strategy::{Step, assign, available, parked, path_name_fault, queue, round_robin, step};
use crate::value::FieldValue;
use std::collections::BTreeSet;
use std::fmt;

/// The columns that are no fields of a lead: the last five say where the leads of a row go.
const RESERVED: [&str; 8] = ["territory", "accounts", "domains", "rep", "pool", "queue", "parked", "step"];

impl Territories {
    /// Makes areas of a table: its header, and its rows below, one for each area.
    ///
    /// | column | what its cells say |
    /// |---|---|
    /// | `territory` | the area's name |
    /// | `rep`, `pool`, `queue`, `parked`, `step` | where its leads go, in one of these columns in each row: to a rep ([`assign`]), to the reps of a pool in turn who are available ([`round_robin`] inside [`available`]), into a [`queue()`] or a [`parked`] one, or to a step of the plan ([`step()`]) |
    /// | `accounts`, `domains` | the accounts and e-mail domains that it names |
    /// | any other | what that field of the lead may hold, as in [`territories()`]; the columns' order is that of the fields |
    ///
    /// A cell may hold several values, separated by `;`. An empty one says nothing: the field may hold anything. All
    /// values are texts or bands. White space around values and rows without a value are left out, and so are columns
    /// without a name. A row may end early.
    ///
    /// These columns are known in any case, as `Territory` and `REP`. A name that is very like one of them and is not it,
    /// such as `acounts`, is a fault, and no field. No column is for priorities: of several areas that a lead fits it has
    /// the most exact, and of equally exact ones the first row.
    ///
    /// ```
    /// use lead_router::{Area, Territories, assign, available, round_robin, territories};
    ///
    /// let table = Territories::from_rows(
    ///     &["territory", "country", "zip", "rep", "pool", "accounts"],
    ///     [
    ///         ["munich", "DE", "80*; 81*", "maria", "", ""],
    ///         ["dach", "DE; AT; CH", "", "", "dach", "A-17"],
    ///     ],
    /// )?;
    /// let built = territories(["country", "zip"])
    ///     .area(Area::new("munich").fits("country", "DE").fits("zip", ["80*", "81*"]).then(assign("maria")))
    ///     .area(Area::new("dach").fits("country", ["DE", "AT", "CH"]).account("A-17").then(available(round_robin("dach"))));
    /// assert_eq!(table, built);
    /// # Ok::<(), lead_router::strategy::TableError>(())
    /// ```
    ///
    /// [`assign`]: crate::assign
    /// [`available`]: crate::available
    /// [`round_robin`]: crate::round_robin
    /// [`queue()`]: crate::queue()
    /// [`parked`]: crate::parked
    /// [`step()`]: crate::step()
    /// [`territories()`]: crate::territories()
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the table, at once, each with its row and column. Names that nobody declares are
    /// found when a router is built.
    pub fn from_rows<Row>(header: &[&str], rows: impl IntoIterator<Item = Row>) -> Result<Self, TableError>
    where
        Row: IntoIterator<Item: AsRef<str>>,
    {
        let mut faults = Vec::new();
        let columns = read_header(header, &mut faults);
        let mut areas = territories(columns.iter().filter_map(|column| match column {
            Column::Field(name) => Some(*name),
            _ => None,
        }));
        for (number, row) in (1..).zip(rows) {
            let row: Vec<_> = row.into_iter().collect();
            let cells: Vec<&str> = row.iter().map(|cell| cell.as_ref().trim()).collect();
            if cells.iter().all(|cell| cell.is_empty()) {
                continue;
            }
            let mut fault = |column, message| faults.push(TableFault::new(number, header, column, message));
            if let Some(area) = read_row(&columns, &cells, &mut fault) {
                areas = areas.area(area);
            }
        }
        faults.sort_by_key(|fault| (fault.row, fault.column));
        if faults.is_empty() { Ok(areas) } else { Err(TableError { faults }) }
    }
}

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Column<'a> {
    Territory,
    Accounts,
    Domains,
    Target(&'static str),
    Field(&'a str),
    /// It has no name.
    Nothing,
}

fn read_header<'a>(header: &[&'a str], faults: &mut Vec<TableFault>) -> Vec<Column<'a>> {
    let mut fault = |column, message| faults.push(TableFault::new(0, header, column, message));
    let (mut seen, mut columns) = (BTreeSet::new(), Vec::with_capacity(header.len()));
    for (number, name) in (1..).zip(header) {
        let name = name.trim();
        let reserved = RESERVED.into_iter().find(|reserved| reserved.eq_ignore_ascii_case(name));
        let meant = reserved.or_else(|| slip(name, RESERVED));
        if reserved.is_none()
            && let Some(meant) = meant
        {
            fault(number, format!("no field can be called `{name}` here; did you mean `{meant}`?"));
        } else if !name.is_empty() && !seen.insert(reserved.unwrap_or(name)) {
            fault(number, format!("the column `{name}` is there twice"));
        }
        // What was meant, so that nothing else is told of it.
        columns.push(match meant {
            Some("territory") => Column::Territory,
            Some("accounts") => Column::Accounts,
            Some("domains") => Column::Domains,
            Some(target) => Column::Target(target),
            None if name.is_empty() => Column::Nothing,
            None => Column::Field(name),
        });
        if meant.is_none() && area::KEYS.into_iter().any(|key| key.eq_ignore_ascii_case(name)) {
            fault(number, format!("no field can be called `{name}` here; the area's name stands in `territory`"));
        }
    }
    let end = header.len() + 1;
    if !columns.contains(&Column::Territory) {
        fault(end, "there is no column `territory`".to_owned());
    }
    if !columns.iter().any(|column| matches!(column, Column::Target(_))) {
        fault(end, "there is no column `rep`, `pool`, `queue`, `parked` or `step`".to_owned());
    }
    let fields = columns.iter().filter(|column| matches!(column, Column::Field(_))).count();
    if !(1..=MAX_DIMENSIONS).contains(&fields) {
        fault(end, format!("{fields} columns are fields of a lead; there should be 1 to {MAX_DIMENSIONS}"));
    }
    columns
}

/// Reads a row that is not empty, noting what is wrong with it by column. None if it does not say where leads go.
fn read_row(columns: &[Column<'_>], cells: &[&str], fault: &mut impl FnMut(usize, String)) -> Option<Area> {
    let mut area = Area::new("");
    let mut target: Option<(&str, Step)> = None;
    for (number, cell) in (1..).zip(cells).skip(columns.len()).filter(|(_, cell)| !cell.is_empty()) {
        fault(number, format!("`{cell}` stands in no column of the header"));
    }
    for (number, (column, cell)) in (1..).zip(columns.iter().zip(cells)) {
        match *column {
            Column::Territory => area.name = (*cell).to_owned(),
            Column::Accounts => area.accounts = parts(cell).map(str::to_owned).collect(),
            Column::Domains => area.domains = parts(cell).map(str::to_owned).collect(),
            Column::Field(name) => {
                let values: Vec<FieldValue> = parts(cell).map(FieldValue::from).collect();
                values.iter().filter_map(|value| Entry::read(value).err()).for_each(|why| fault(number, why));
                if !values.is_empty() {
                    area = area.fits(name, values);
                }
            }
            Column::Target(kind) if !cell.is_empty() => match &target {
                Some((first, _)) => {
                    fault(number, format!("`{kind}` is said beside `{first}`; leads go to one of them"))
                }
                None => {
                    if cell.contains(';') {
                        let one = if kind == "parked" { "parked queue" } else { kind };
                        fault(number, format!("`{cell}` is a list, where one {one} belongs"));
                    }
                    target = Some((kind, target_step(kind, cell)));
                }
            },
            Column::Target(_) | Column::Nothing => {}
        }
    }
    let place = |wanted: fn(&Column<'_>) -> bool| columns.iter().position(wanted).map(|place| place + 1);
    if let Some(number) = place(|column| *column == Column::Territory) {
        let fit_for_all = name_fault("", "territory", &area.name).map(|fault| fault.kind.to_string());
        let faults = fit_for_all.into_iter().chain(path_name_fault("territory", &area.name));
        faults.for_each(|why| fault(number, why));
    }
    match (target, place(|column| matches!(column, Column::Target(_)))) {
        (Some((_, step)), _) => Some(area.then(step)),
        (None, Some(number)) => {
            fault(
                number,
                "it is not said where leads go: to a rep, a pool, a queue, a parked queue or a step".to_owned(),
            );
            None
        }
        (None, None) => None,
    }
}

/// The step for a cell of a column that says where leads go.
fn target_step(kind: &str, name: &str) -> Step {
    match kind {
        "rep" => assign(name).into(),
        "pool" => available(round_robin(name)).into(),
        "queue" => queue(name).into(),
        "parked" => parked(name).into(),
        _ => step(name).into(),
    }
}

/// The values in a cell that may hold several.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// One thing that is wrong with a table of areas, and where. [`TableError`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableFault {
    /// The row, from 1 for the first below the header; 0 for the header.
    pub row: usize,
    /// The cell's place in its row, from 1; one more than there are cells for a column that is missing.
    pub column: usize,
    /// What the header calls the column; none for one without a name, and for one that is missing.
    pub heading: Option<String>,
    /// What is wrong, in words.
    pub message: String,
}

impl TableFault {
    fn new(row: usize, header: &[&str], column: usize, message: String) -> Self {
        let heading = column.checked_sub(1).and_then(|place| header.get(place)).map(|name| name.trim());
        let heading = heading.filter(|name| !name.is_empty()).map(str::to_owned);
        Self { row, column, heading, message }
    }
}

impl fmt::Display for TableFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, column, heading, message } = self;
        match (row, heading) {
            (0, Some(_)) => write!(f, "header, column {column}: {message}"),
            (0, None) => write!(f, "header: {message}"),
            (row, Some(heading)) => write!(f, "row {row} below the header, column `{heading}`: {message}"),
            (row, None) => write!(f, "row {row} below the header, column {column}: {message}"),
        }
    }
}

/// Why a table could not be read as areas: everything that is wrong with it, at once.
///
/// ```
/// use lead_router::Territories;
///
/// let header = ["territory", "employees", "rep", "pool"];
/// let rows = [["small", "..1OO", "ann", ""], ["large", "100..", "", ""]];
/// let error = Territories::from_rows(&header, rows).err().ok_or("nothing is wrong")?;
/// assert_eq!(error.to_string(), "\
/// 2 faults
///   row 1 below the header, column `employees`: `..1OO` is no band of numbers; write `100..1000`, `100..` or `..1000`
///   row 2 below the header, column `rep`: it is not said where leads go: to a rep, a pool, a queue, a parked queue or a step");
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    faults: Vec<TableFault>,
}

impl TableError {
    /// Everything that is wrong, row by row.
    #[must_use]
    pub fn faults(&self) -> &[TableFault] {
        &self.faults
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_all(f, &self.faults)
    }
}

impl std::error::Error for TableError {}
