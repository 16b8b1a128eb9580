//! Files that are no recipes.

use super::{EXAMPLE, shown};
use crate::recipe::load;

#[test]
fn a_file_is_read_with_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("supplier-invoices.yaml");
    std::fs::write(&path, EXAMPLE).expect("a file");
    let recipe = load(&path).expect("the example is good");
    assert_eq!(recipe.folder, folder.path());
    assert_eq!(recipe.text.path, path.display().to_string());
}

#[test]
fn files_that_are_no_recipes() {
    let folder = tempfile::tempdir().expect("a folder");
    let message = |name: &str, bytes: Option<&[u8]>| {
        let path = folder.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).expect("a file");
        }
        shown(&load(&path).expect_err("it is no recipe"))
    };
    assert!(message("none.yaml", None).contains("help: is the path right?"));
    assert!(message("", None).contains("it is a folder"));
    assert!(message("latin.yaml", Some(b"recipe: a\nabout: \xfcber\n")).contains("line 2 is not in UTF-8"));
    assert!(message("large.yaml", Some(&vec![b'#'; 1_000_001])).contains("it has 1000001 bytes"));
}
