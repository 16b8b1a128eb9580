//! `eintrag doctor --start` with the browser that is really here.

use super::portal::Portal;
use crate::support::Ran;

#[test]
fn the_browser_that_a_run_takes_starts_and_ends() {
    let portal = Portal::bundled("portal-orders", "good/bestellungen.xlsx");
    let ran = Ran::of(&mut portal.command(&["doctor", "recipe.yaml", "--start", "--format", "jsonl"]));
    assert_eq!(ran.code, Some(0), "{}\n{:#?}", ran.stderr, ran.lines);
    let line = |check: &str| ran.lines.iter().find(|line| line["check"] == check).expect("it is told");
    assert_eq!(line("started")["message"], "the browser of recipe.yaml › portal starts");
    let browser = line("browser")["message"].as_str().unwrap_or_default().to_owned();
    assert!(browser.contains(" with its driver "), "{browser}");
    assert_eq!(line("set")["message"], "recipe.yaml: `PORTAL_URL`, `PORTAL_PASSWORD`, `PORTAL_USER` are set");
    assert_eq!(portal.office.requests(), 0, "looking sends nothing");
    assert!(!portal.path("state").exists(), "looking leaves nothing behind");
}

#[test]
fn without_a_recipe_the_first_browser_here_is_tried_and_called_nothing_else() {
    let portal = Portal::bundled("portal-orders", "good/bestellungen.xlsx");
    let ran = Ran::of(&mut portal.command(&["doctor", "--start", "--format", "jsonl"]));
    let started = ran.lines.iter().find(|line| line["check"] == "started").expect("it is told");
    assert_eq!(started["message"], "the browser starts");
}
