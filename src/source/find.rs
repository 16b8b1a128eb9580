//! The files that a recipe's patterns mean.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::SourceError;

/// The most files that one source may name; a pattern that finds more is a mistake such as `/**`.
const MOST_FILES: usize = 10_000;

/// The files that these paths or patterns mean, sorted by path and each once. `*` and `?` stand for characters of a
/// file's or folder's name, `**` for folders; relative patterns start at `folder`. Lock files (`~$…`) are left out.
///
/// # Errors
/// A pattern that is none, a folder that cannot be looked into.
pub fn find_files<'a>(folder: &Path, patterns: impl IntoIterator<Item = &'a str>) -> Result<FoundFiles, SourceError> {
    let mut all = FoundFiles::default();
    for pattern in patterns {
        let found = match_one(folder, pattern)?;
        if found.is_empty() {
            all.missing.push(Missing { wild: is_wild(pattern), error: no_match(folder, pattern) });
        }
        all.files.extend(found);
    }
    all.files.sort();
    all.files.dedup();
    Ok(all)
}

/// What patterns found.
#[derive(Debug, Default)]
pub struct FoundFiles {
    /// The files, sorted by path.
    pub files: Vec<PathBuf>,
    /// The patterns that no file matches.
    pub missing: Vec<Missing>,
}

/// A pattern that no file matches.
#[derive(Debug)]
pub struct Missing {
    /// Whether it has `*` or `?` in it: an empty inbox is nothing unusual, a named file that is not there is.
    pub wild: bool,
    /// What is to be said of it, with the folder and the nearest files there.
    pub error: SourceError,
}

fn is_wild(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

fn match_one(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, SourceError> {
    if !is_wild(pattern) {
        let path = folder.join(pattern);
        return Ok(if path.exists() { vec![path] } else { Vec::new() });
    }
    let name: Arc<str> = pattern.into();
    // Brackets are characters like others here: names such as `export[1].csv` are common, character classes are not.
    let written = pattern.replace('[', "[[]");
    let whole = if Path::new(pattern).is_absolute() {
        written
    } else {
        Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(written).to_string_lossy().into_owned()
    };
    let options = glob::MatchOptions {
        case_sensitive: !cfg!(windows),
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = glob::glob_with(&whole, options).map_err(|error| {
        SourceError::file(&name, format!("`{pattern}` is no file pattern: {}", error.msg))
            .help("`*` stands for any characters of a name, `?` for one, `**` for folders")
    })?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|error| {
            let place = error.path().display().to_string();
            SourceError::file(&name, format!("cannot look into `{place}`: {}", error.error()))
        })?;
        let lock = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("~$"));
        if lock || !path.is_file() {
            continue;
        }
        found.push(path);
        if found.len() > MOST_FILES {
            return Err(SourceError::file(&name, format!("`{pattern}` finds more than {MOST_FILES} files"))
                .help("name the folder more narrowly"));
        }
    }
    Ok(found)
}

fn no_match(folder: &Path, pattern: &str) -> SourceError {
    let whole = folder.join(pattern);
    let place = existing_parent(&whole);
    let title = if is_wild(pattern) {
        format!("no file matches `{pattern}` in `{}`", folder.display())
    } else {
        format!("`{pattern}` does not exist in `{}`", folder.display())
    };
    let error = SourceError::file(&pattern.into(), title);
    let Some(place) = place else { return error };
    if whole.parent() != Some(place) {
        return error.help(format!("there is no such folder in `{}`", place.display()));
    }
    let near = near_files(place, &whole);
    if near.is_empty() {
        error.help(format!("there are no files in `{}`", place.display()))
    } else {
        error.help(format!("in `{}` there are: {}", place.display(), near.join(", ")))
    }
}

/// The nearest folder above a path that exists. Folders written as patterns do not.
fn existing_parent(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| folder.is_dir())
}

/// Up to five names of files in a folder, those first that are most like the wanted one.
fn near_files(folder: &Path, wanted: &Path) -> Vec<String> {
    let wanted = wanted.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let mut names: Vec<(usize, String)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .take(MOST_FILES)
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with("~$"))
        .map(|name| (strsim::damerau_levenshtein(&wanted, &name.to_lowercase()), name))
        .collect();
    names.sort();
    names.into_iter().take(5).map(|(_, name)| format!("`{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inbox")).unwrap();
        for name in ["re-2.csv", "re-10.csv", "re-1.csv", "~$re-9.csv", "x[1].csv", ".re-hidden.csv", "readme.txt"] {
            fs::write(folder.path().join("inbox").join(name), "").unwrap();
        }
        folder
    }

    fn names(files: &[PathBuf]) -> Vec<String> {
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn patterns_find_files_in_order_and_once_without_lock_files() {
        let folder = folder();
        let found = find_files(folder.path(), ["inbox/re-*.csv", "in*/re-1.csv"]).unwrap();
        assert_eq!(names(&found.files), ["re-1.csv", "re-10.csv", "re-2.csv"]);
        assert_eq!(names(&find_files(folder.path(), ["inbox/re-?.csv"]).unwrap().files), ["re-1.csv", "re-2.csv"]);
        assert_eq!(names(&find_files(folder.path(), ["inbox/x[1]*"]).unwrap().files), ["x[1].csv"]);
    }

    #[test]
    fn a_pattern_without_files_names_the_folder_and_what_is_there() {
        let folder = folder();
        let missing = |pattern| find_files(folder.path(), [pattern]).unwrap().missing.remove(0);
        let Missing { wild, error } = missing("inbox/rechnung-*.csv");
        assert!(wild);
        assert_eq!(error.title, format!("no file matches `inbox/rechnung-*.csv` in `{}`", folder.path().display()));
        assert!(error.help.unwrap().contains("`re-10.csv`"));
        assert!(missing("outbox/*.csv").error.help.unwrap().starts_with("there is no such folder in"));
        let named = missing("inbox/re-3.csv");
        assert!(!named.wild && named.error.title.contains("does not exist"));
        assert!(find_files(folder.path(), ["inbox/**x"]).unwrap_err().title.contains("is no file pattern"));
    }
}
