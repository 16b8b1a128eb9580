//! Files that are no recipes, and the whole example of the contract.

use super::{EXAMPLE, bad, shown};
use crate::recipe::load;

/// The browser target of the contract's example.
const PORTAL: &str = r##"
  portal:
    browser: { url: "${env.PORTAL_URL}", sessions: 2, locale: de }
    login:
      logged_in: { text: Abmelden }
      steps:
        - open: /login
        - fill: { Benutzername: "${secrets.PORTAL_USER}", Kennwort: "${secrets.PORTAL_PASSWORD}" }
        - click: Anmelden
    lookup:
      - open: /invoices?q=${number}
      - found: { row: "${number}" }        # both are required; neither seen = unsure
        none: { text: Keine Treffer }
    steps:
      - open: /invoices/new
      - fill:                              # label as a person reads it: value, in this order
          Rechnungsnummer: ${number}
          Datum: ${issued}                 # written in the target's locale
      - select: { Währung: "${currency}" }
      - submit: Speichern                  # the point of no return
      - expect: { text: gespeichert }
      - capture: { receipt: { css: "#receipt" } }
"##;

#[test]
fn the_whole_example_lacks_only_the_browser() {
    let problems = bad(&EXAMPLE.replace("\nretry:", &format!("{PORTAL}\nretry:")));
    assert_eq!(problems.matches("error:").count(), 1, "{problems}");
    assert!(problems.contains("browser targets are not supported by this version yet"), "{problems}");
}

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
