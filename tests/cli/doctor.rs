//! `eintrag doctor`: what is here and what is missing is told with its remedy, in the order in which a run would meet it;
//! drivers and browsers are scripts that say versions.

use serde_json::Value as Json;

use crate::desk::Desk;

#[test]
fn settings_are_told_by_their_names_alone() {
    let desk = Desk::new();
    let with = [("ERP_URL", "http://127.0.0.1:9"), ("ERP_TOKEN", "geheim-4711")];
    let said = desk.eintrag_with(&["doctor", "recipes/mai.yaml"], &with);
    let said = said.ended(0);
    assert!(said.out.contains("good     recipes/mai.yaml: `ERP_URL`, `ERP_TOKEN` are set\n"), "{}", said.out);
    assert!(said.out.contains("good     the state folder .eintrag can be written to\n"), "{}", said.out);
    assert!(said.out.contains("good     the time in Europe/Berlin is 20"), "{}", said.out);
    assert!(!format!("{}{}", said.out, said.err).contains("geheim"), "{}", said.out);
    assert!(!desk.file(".eintrag").exists(), "looking leaves nothing behind");

    let said = desk.eintrag_with(&["doctor", "recipes/mai.yaml", "--lang", "de"], &with[..1]).ended(1);
    let missing = "falsch   recipes/mai.yaml: das Geheimnis `ERP_TOKEN` ist nicht gesetzt
         Abhilfe: die Umgebungsvariable ERP_TOKEN setzen, oder das Geheimnis in eine Datei dieses Namens in dem Ordner legen, den EINTRAG_SECRETS nennt\n";
    assert!(said.out.contains(missing), "{}", said.out);
    let said = desk.eintrag(&["doctor", "recipes/mai.yaml"]).ended(1);
    let missing = "wrong    recipes/mai.yaml: the environment variable `ERP_URL` is not set
         help: set ERP_URL for this user, or in the scheduled task\n";
    assert!(said.out.contains(missing), "{}", said.out);
}

#[test]
fn a_state_folder_that_cannot_be_written_to_is_wrong() {
    let desk = Desk::new();
    desk.write("file", "");
    let said = desk.eintrag(&["doctor", "--state", "file/state", "--format", "jsonl"]).ended(1);
    let lines: Vec<Json> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["kind"] == "check"));
    let line = lines.iter().find(|line| line["check"] == "state_not_writable").expect("it is told");
    assert_eq!(line["level"], "wrong");
    assert_eq!(
        line["help"],
        "name a folder on a drive of this computer, which this user may write to, by `--state DIR`"
    );
}

#[test]
fn a_recipe_that_is_wrong_is_a_wrong_usage() {
    let desk = Desk::new();
    desk.write("recipes/mai.yaml", "recipe: mai\n");
    let said = desk.eintrag(&["doctor", "recipes/mai.yaml"]).ended(2);
    assert!(said.err.contains("nothing was sent") && said.out.is_empty(), "{}{}", said.out, said.err);
}

/// Fake programs, which only a Unix runs as scripts.
#[cfg(unix)]
mod programs {
    use std::os::unix::fs::PermissionsExt;

    use crate::desk::Desk;

    const PORTAL: &str = "recipe: portal
source: { csv: { file: input.csv }, locale: de }
fields: { number: { column: number } }
key: number
targets:
  portal:
    browser: { url: 'http://127.0.0.1:9' }
    steps:
      - open: /
      - submit: Speichern
      - expect: gespeichert
";

    /// A desk with programs that say versions and do nothing else.
    fn desk(programs: &[(&str, &str)]) -> Desk {
        let desk = Desk::new();
        desk.write("recipes/portal.yaml", PORTAL);
        for (name, says) in programs {
            let path = format!("bin/{name}");
            desk.write(&path, &format!("#!/bin/sh\necho '{says}'\n"));
            std::fs::set_permissions(desk.file(&path), PermissionsExt::from_mode(0o755)).unwrap();
        }
        desk
    }

    fn look(desk: &Desk, more: &[&str]) -> crate::desk::Said {
        let arguments = [&["doctor", "recipes/portal.yaml"], more].concat();
        let folder = desk.file("bin").display().to_string();
        // These stand before whatever this computer has.
        desk.eintrag_with(&arguments, &[("PATH", &folder), ("CHROMEWEBDRIVER", &folder)])
    }

    #[test]
    fn a_browser_and_a_driver_of_other_versions_are_wrong_and_the_remedy_is_named() {
        let desk = desk(&[
            ("chromium", "Chromium 157.0.7500.1 built on Debian"),
            ("chromedriver", "ChromeDriver 156.0.7444.59 (abc)"),
        ]);
        let said = look(&desk, &[]).ended(1);
        let driver = desk.file("bin/chromedriver").display().to_string();
        let wrong = format!(
            "wrong    Chromium 157.0.7500.1 and its driver 156.0.7444.59 ({driver}) do not fit each other
         help: install the driver of version 157 (package `chromium-driver`), or both from the same source\n"
        );
        assert!(said.out.contains(&wrong), "{}", said.out);
    }

    #[test]
    fn a_browser_and_a_driver_that_fit_are_good() {
        let desk = desk(&[
            ("chromium", "Chromium 157.0.7500.1 built on Debian"),
            ("chromedriver", "ChromeDriver 157.0.7500.9 (abc)"),
        ]);
        let said = look(&desk, &[]).ended(0);
        let (browser, driver) = (desk.file("bin/chromium"), desk.file("bin/chromedriver"));
        let good = format!(
            "good     Chromium 157.0.7500.1 ({}) with its driver 157.0.7500.9 ({})\n",
            browser.display(),
            driver.display()
        );
        assert!(said.out.contains(&good), "{}", said.out);
        // That it starts is another thing.
        let said = look(&desk, &["--start"]).ended(1);
        let wrong = format!(
            "wrong    the browser of recipes/portal.yaml › portal does not start: the driver `{}` cannot be started: it ended at once\n",
            driver.display()
        );
        assert!(said.out.contains(&wrong), "{}", said.out);
    }
}
