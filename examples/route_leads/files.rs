//! Reading and writing whole files, with the file's name in every message.

use serde::de::DeserializeOwned;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// A file's name as the user knows it: from the folder they are in.
pub(crate) fn shown(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = file.strip_prefix(here).ok().filter(|inside| !inside.as_os_str().is_empty());
    inside.unwrap_or(file).display().to_string()
}

/// How a file is written, going by the end of its name: `toml`, `json`, `csv`.
pub(crate) fn extension(file: &Path) -> String {
    file.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The bytes of a file, or of standard input for `-`, without the mark that spreadsheets put at the start.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, String> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let bytes = bytes.map_err(|error| format!("{}: it cannot be read: {}", shown(file), why(&error)))?;
    Ok(bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes))
}

pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(file, bytes).map_err(|error| format!("{}: it cannot be written: {}", shown(file), why(&error)))
}

/// What the system says, in words that are the same on every system where that matters most.
fn why(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Reads what a TOML or JSON file says. The message about a fault names its line and column.
pub(crate) fn json_or_toml<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let in_file = |why: String| format!("{}: {}", shown(file), why.trim_end());
    match extension(file).as_str() {
        "toml" => {
            let text = String::from_utf8(read(file)?).map_err(|error| in_file(error.to_string()))?;
            toml::from_str(&text).map_err(|error| in_file(error.to_string()))
        }
        "json" => serde_json::from_slice(&read(file)?).map_err(|error| in_file(error.to_string())),
        _ => Err(in_file("its name ends neither in `.toml` nor in `.json`".to_owned())),
    }
}
