//! Running a built example as its own process.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// What a process did.
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// An example that `cargo test` has built. It stands beside the folder of this test.
///
/// Where cargo is asked for single tests it builds no examples, and this is the one that was built last.
pub(crate) fn example(name: &str) -> Result<Command, Box<dyn Error>> {
    let test = std::env::current_exe()?;
    let built = test.parent().and_then(Path::parent).ok_or("this test is in no folder")?;
    let program = built.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(Command::new(program));
    }
    Err(format!("{} is not there; `cargo test` builds it, and so does `cargo build --examples`", program.display())
        .into())
}

/// Routes leads, in a folder.
pub(crate) fn route_leads(folder: &Path, arguments: &[&str]) -> Result<Run, Box<dyn Error>> {
    let output = example("route_leads")?.args(arguments).current_dir(folder).stdin(Stdio::null()).output()?;
    Ok(Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

/// A new, empty folder for one test.
pub(crate) fn folder(test: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A file of `examples/data`.
pub(crate) fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data").join(file)
}

/// The rows of a CSV text below its header, each as long as the header.
pub(crate) fn rows(csv: &str) -> Result<Vec<Vec<String>>, csv::Error> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect())).collect()
}
