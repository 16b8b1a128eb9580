//! Browser targets: the portal of the contract is read as it is meant, and so are all forms of steps, locators and
//! conditions.

use std::path::Path;
use std::time::Duration;

use super::{PORTAL, good, portal};
use crate::recipe::model::{
    Action, BrowserName, BrowserPart, BrowserSettings, BrowserStep, By, Effect, FrameChoice, Locale, Locator, Nth,
    PageTest, PartKind, ReadFrom, Recipe, Screenshots, SubmitBy, TargetKind, Test, TextTest, WindowChoice, WindowSize,
};

fn settings(recipe: &Recipe) -> &BrowserSettings {
    match &recipe.targets[0].kind {
        TargetKind::Browser(settings) => settings,
        TargetKind::Http(_) => panic!("no browser target"),
    }
}

fn part(recipe: &Recipe, part: usize) -> &BrowserPart {
    match &recipe.targets[0].parts[part].kind {
        PartKind::Browser(part) => part,
        PartKind::Http(_) => panic!("no browser's part"),
    }
}

/// The portal with steps before its submit; these steps.
fn with_steps(steps: &str) -> Vec<BrowserStep> {
    let recipe = good(&portal("      - submit: Speichern", &format!("{steps}      - submit: Speichern")));
    part(&recipe, 0).steps.before[3..].to_vec()
}

/// A locator in words: its kind and text.
fn named(locator: &Locator) -> (&'static str, &str) {
    match &locator.by {
        By::Words(text) => ("words", text.source()),
        By::Role { role, .. } => ("role", role),
        By::Text(text) => ("text", text.source()),
        By::Label(text) => ("label", text.source()),
        By::Placeholder(text) => ("placeholder", text.source()),
        By::TestId(text) => ("test_id", text.source()),
        By::Css(text) => ("css", text.source()),
        By::Xpath(text) => ("xpath", text.source()),
        By::Row(text) => ("row", text.source()),
    }
}

fn seen(test: &PageTest) -> (&'static str, &str) {
    match test {
        PageTest::Seen(locator, None) => named(locator),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_portal_of_the_contract() {
    let recipe = good(PORTAL);
    let settings = settings(&recipe);
    assert_eq!(settings.url.source(), "${env.PORTAL_URL}");
    assert_eq!((settings.sessions, settings.locale, settings.stay, settings.headed), (2, Locale::De, false, false));
    assert_eq!((settings.timeout, settings.page_timeout), (Duration::from_secs(10), Duration::from_secs(60)));
    assert_eq!(settings.window, WindowSize { width: 1280, height: 1024 });
    assert_eq!((settings.browser, settings.screenshots), (None, Screenshots::OnFailure));

    let login = settings.login.as_ref().expect("there is a login");
    assert_eq!(seen(&login.logged_in.any[0].all[0]), ("text", "Abmelden"));
    let [open, fill, click] = &login.steps[..] else { panic!("not three steps") };
    assert!(matches!(&open.action, Action::Open(path) if path.source() == "/login"));
    let Action::Fill(entries) = &fill.action else { panic!("not fill") };
    let labels: Vec<(&str, &str)> =
        entries.iter().map(|entry| (named(&entry.control).1, entry.value.source())).collect();
    assert_eq!(labels, [("Benutzername", "${secrets.PORTAL_USER}"), ("Kennwort", "${secrets.PORTAL_PASSWORD}")]);
    assert!(matches!(&click.action, Action::Click(locator) if named(locator) == ("words", "Anmelden")));

    let part = part(&recipe, 0);
    let lookup = part.lookup.as_ref().expect("there is a lookup");
    assert_eq!((lookup.before.len(), named(&lookup.found)), (1, ("row", "${number}")));
    assert_eq!(seen(&lookup.none.any[0].all[0]), ("text", "Keine Treffer"));

    assert_eq!((part.steps.before.len(), part.steps.after.len()), (3, 0));
    let Action::Submit(submit) = &part.steps.submit.action else { panic!("not submit") };
    assert!(matches!(&submit.by, SubmitBy::Click(locator) if named(locator) == ("words", "Speichern")));
    assert_eq!((submit.effect, submit.end.len()), (Effect::Once, 2));
    let Action::Expect(expected) = &submit.end[0].action else { panic!("not expect") };
    assert_eq!(seen(&expected.any[0].all[0]), ("text", "gespeichert"));
    let Action::Capture(captures) = &submit.end[1].action else { panic!("not capture") };
    let ReadFrom::Element { locator, attribute: None, first: false } = &captures[0].reading.from else {
        panic!("not an element")
    };
    assert_eq!((&*captures[0].name, named(locator)), ("receipt", ("css", "#receipt")));

    let target = &recipe.targets[0];
    assert_eq!(target.parts[0].uses.iter().copied().collect::<Vec<_>>(), [0, 1, 3]);
    assert_eq!(target.kind.concurrency(), 2);
    let outline = target.parts[0].outline(false);
    assert!(outline.stages && !outline.finishes && outline.effect == Effect::Once);
}

#[test]
fn both_targets_of_the_contract_stand_in_one_recipe() {
    let portal = &PORTAL[PORTAL.find("  portal:").expect("it is there")..];
    let example = super::EXAMPLE.replace("\nretry:", &format!("\n{portal}\nretry:"));
    let recipe = good(&example);
    assert!(matches!(recipe.targets[0].kind, TargetKind::Http(_)));
    assert!(matches!(recipe.targets[1].kind, TargetKind::Browser(_)));
}

#[test]
fn all_settings() {
    let recipe = good(&portal(
        "sessions: 2, locale: de }",
        "stay: true, headed: true, browser: firefox, webdriver: \"https://${secrets.GRID}@grid.example\", timeout: 500ms, page_timeout: 5s, window: { width: 800, height: 600 }, screenshots: always, slow: 250ms, capabilities: { acceptInsecureCerts: true, \"grid:options\": { level: 2, names: [a, null] } } }",
    ));
    let settings = settings(&recipe);
    assert_eq!((settings.sessions, settings.locale, settings.stay, settings.headed), (1, Locale::EnGb, true, true));
    assert_eq!((settings.timeout, settings.page_timeout), (Duration::from_millis(500), Duration::from_secs(5)));
    assert_eq!(settings.window, WindowSize { width: 800, height: 600 });
    assert_eq!((settings.browser, settings.screenshots), (Some(BrowserName::Firefox), Screenshots::Always));
    assert_eq!(settings.slow, Duration::from_millis(250));
    assert_eq!(settings.webdriver.as_ref().map(|url| url.source()), Some("https://${secrets.GRID}@grid.example"));
    assert_eq!(
        serde_json::to_string(&settings.capabilities).unwrap(),
        r##"{"acceptInsecureCerts":true,"grid:options":{"level":2,"names":["a",null]}}"##
    );
}

#[test]
fn locators_of_all_forms() {
    let steps = with_steps(
        r##"      - click: Weiter
      - click: { role: button, name: "Zeile ${number}" }
      - click: { text: mehr, nth: last }
      - click: { label: Betrag, nth: 2 }
      - click: { placeholder: Suchen, nth: "${number}" }
      - click: { test_id: save }
      - click: { css: "#a", within: { css: "#b", within: Positionen } }
      - click: { xpath: "//a[1]" }
      - click: { row: "${number}" }
        within: Rechnungen
        timeout: 2s
        when: gross > 0
"##,
    );
    let locators: Vec<&Locator> = steps
        .iter()
        .map(|step| match &step.action {
            Action::Click(locator) => locator,
            other => panic!("{other:?}"),
        })
        .collect();
    let names: Vec<(&str, &str)> = locators.iter().map(|locator| named(locator)).collect();
    assert_eq!(
        names,
        [
            ("words", "Weiter"),
            ("role", "button"),
            ("text", "mehr"),
            ("label", "Betrag"),
            ("placeholder", "Suchen"),
            ("test_id", "save"),
            ("css", "#a"),
            ("xpath", "//a[1]"),
            ("row", "${number}"),
        ]
    );
    assert!(matches!(&locators[1].by, By::Role { name: Some(name), .. } if name.source() == "Zeile ${number}"));
    assert!(matches!(locators[2].nth, Some(Nth::Last)));
    assert!(matches!(&locators[3].nth, Some(Nth::Number(number)) if number.literal() == Some("2")));
    assert!(matches!(&locators[4].nth, Some(Nth::Number(number)) if number.source() == "${number}"));
    let around = locators[6].within.as_ref().expect("it is in something");
    assert_eq!(named(around), ("css", "#b"));
    assert_eq!(around.within.as_ref().map(|around| named(around)), Some(("words", "Positionen")));
    let last = &steps[8];
    assert_eq!(last.within.as_ref().map(named), Some(("words", "Rechnungen")));
    assert_eq!(last.timeout, Some(Duration::from_secs(2)));
    assert_eq!(last.when.as_ref().map(|when| when.source()), Some("gross > 0"));
}

#[test]
fn steps_of_all_verbs() {
    let steps = with_steps(
        r##"      - type: "${number}"
        into: { css: "#zip" }
      - choose: { Lieferant: "${number}" }
      - check: Express
      - check: [Express, { css: "#terms" }]
      - uncheck: Newsletter
      - press: Enter
      - press: [Tab, Control+Shift+s, F8, "+", Control++]
        in: Betrag
      - upload: { Beleg: "belege/${number}.pdf" }
      - wait: 500ms
      - wait: { gone: { css: .spinner } }
      - wait: bereit
      - frame: { css: iframe }
      - frame: main
      - window: last
      - window: main
      - window: 2
      - window: Druck ${number}
      - window: close
      - accept_alert:
      - accept_alert: Wirklich?
      - screenshot: Rechnung ${number}
"##,
    );
    let actions: Vec<&Action> = steps.iter().map(|step| &step.action).collect();
    assert!(
        matches!(actions[0], Action::Type { text, into } if text.source() == "${number}" && named(into) == ("css", "#zip"))
    );
    assert!(matches!(actions[1], Action::Choose(entries) if named(&entries[0].control) == ("words", "Lieferant")));
    assert!(matches!(actions[2], Action::Check(boxes) if boxes.len() == 1));
    assert!(matches!(actions[3], Action::Check(boxes) if named(&boxes[1]) == ("css", "#terms")));
    assert!(matches!(actions[4], Action::Uncheck(boxes) if boxes.len() == 1));
    let Action::Press(press) = actions[5] else { panic!("not press") };
    assert_eq!((press.keys[0].key, press.target.is_none()), ('\u{e007}', true));
    let Action::Press(press) = actions[6] else { panic!("not press") };
    let keys: Vec<(Vec<char>, char)> = press.keys.iter().map(|key| (key.held.clone(), key.key)).collect();
    assert_eq!(
        keys,
        [
            (vec![], '\u{e004}'),
            (vec!['\u{e009}', '\u{e008}'], 's'),
            (vec![], '\u{e038}'),
            (vec![], '+'),
            (vec!['\u{e009}'], '+'),
        ]
    );
    assert_eq!(press.target.as_ref().map(named), Some(("words", "Betrag")));
    assert!(matches!(actions[7], Action::Upload(files) if files[0].value.source() == "belege/${number}.pdf"));
    assert!(matches!(actions[8], Action::WaitTime(time) if *time == Duration::from_millis(500)));
    assert!(
        matches!(actions[9], Action::WaitFor(set) if matches!(&set.any[0].all[0], PageTest::Gone(locator) if named(locator) == ("css", ".spinner")))
    );
    assert!(matches!(actions[10], Action::WaitFor(set) if seen(&set.any[0].all[0]) == ("words", "bereit")));
    assert!(matches!(actions[11], Action::Frame(FrameChoice::Of(locator)) if named(locator) == ("css", "iframe")));
    assert!(matches!(actions[12], Action::Frame(FrameChoice::Main)));
    assert!(matches!(actions[13], Action::Window(WindowChoice::Last)));
    assert!(matches!(actions[14], Action::Window(WindowChoice::Main)));
    assert!(matches!(actions[15], Action::Window(WindowChoice::Number(2))));
    assert!(matches!(actions[16], Action::Window(WindowChoice::Title(title)) if title.source() == "Druck ${number}"));
    assert!(matches!(actions[17], Action::Window(WindowChoice::Close)));
    assert!(matches!(actions[18], Action::AcceptAlert(None)));
    assert!(matches!(actions[19], Action::AcceptAlert(Some(text)) if text.source() == "Wirklich?"));
    assert!(matches!(actions[20], Action::Screenshot(name) if name.source() == "Rechnung ${number}"));
}

#[test]
fn conditions_of_all_forms() {
    let recipe = good(&portal(
        "      - submit: Speichern                  # the point of no return\n      - expect: { text: gespeichert }\n",
        r##"      - submit: { press: Enter, in: Betrag }
        effect: repeatable
        refused:
          - { css: .error, reason: { css: ".error li", nth: 1 } }
          - Pflichtfeld
        exists: { text: bereits vorhanden, is: { matches: "RE-.*" } }
      - accept_alert:
      - expect:
          - { url: "/invoices/${number}", title: { matches: "Rechnung .*" } }
          - { css: "#total", is: "${gross}", gone: { css: .spinner } }
          - values:
              Betrag: ${gross}
              Status: { one_of: [neu, offen] }
              Summe: { css: "#sum", attribute: data-value, pattern: '(\d+)', is: { not: 0 } }
      - click: Drucken
"##,
    ));
    let steps = &part(&recipe, 0).steps;
    let Action::Submit(submit) = &steps.submit.action else { panic!("not submit") };
    assert!(matches!(&submit.by, SubmitBy::Press(press) if press.keys[0].written == "Enter" && press.target.is_some()));
    assert_eq!(submit.effect, Effect::Repeatable);
    assert_eq!(submit.refused.any.len(), 2);
    assert_eq!(submit.refused.any[0].reason.as_ref().map(named), Some(("css", ".error li")));
    assert!(matches!(&submit.exists.any[0].all[0], PageTest::Seen(_, Some(Test::Matches(_)))));
    // What only looks belongs to the submit; from the first click on it is what comes after.
    assert_eq!((submit.end.len(), steps.after.len()), (2, 2));
    let Action::Expect(expected) = &submit.end[1].action else { panic!("not expect") };
    let [PageTest::Url(TextTest::Holds(url)), PageTest::Title(TextTest::Matches(title))] = &expected.any[0].all[..]
    else {
        panic!("{:?}", expected.any[0])
    };
    assert!(
        url.source() == "/invoices/${number}" && title.is_match("Rechnung 7") && !title.is_match("Neue Rechnung 7")
    );
    let [PageTest::Seen(total, Some(Test::Equals(gross))), PageTest::Gone(_)] = &expected.any[1].all[..] else {
        panic!("{:?}", expected.any[1])
    };
    assert_eq!((named(total), gross.source()), (("css", "#total"), "${gross}"));
    let [PageTest::Values(values)] = &expected.any[2].all[..] else { panic!("{:?}", expected.any[2]) };
    let what: Vec<&str> = values.iter().map(|value| value.what.as_str()).collect();
    assert_eq!(what, ["Betrag", "Status", "Summe"]);
    assert!(
        matches!(&values[0].reading.from, ReadFrom::Element { locator, .. } if named(locator) == ("words", "Betrag"))
    );
    assert!(matches!(&values[1].test, Test::OneOf(words) if words.len() == 2));
    let ReadFrom::Element { locator, attribute: Some(attribute), .. } = &values[2].reading.from else { panic!() };
    assert_eq!((named(locator), attribute.as_str()), (("css", "#sum"), "data-value"));
    assert!(values[2].reading.pattern.is_some() && matches!(values[2].test, Test::Not(_)));
}

#[test]
fn captures_and_lookups_of_all_forms() {
    let recipe = good(
        &portal(
            "      - capture: { receipt: { css: \"#receipt\" } }\n",
            r##"      - capture:
          receipt: Belegnummer
          id: { url: true, pattern: '/invoices/(\d+)' }
          link: { css: "a.pdf", attribute: href, first: true }
          heading: { title: true }
"##,
        )
        .replace(
            "        none: { text: Keine Treffer }\n",
            r##"        none: [{ text: Keine Treffer }, { css: .empty }]
        within: Ergebnis
        timeout: 3s
        same: { Betrag: "${gross}", Stand: { css: .state, is: gebucht } }
        capture: { receipt: Nummer, id: { css: a, attribute: data-id } }
"##,
        ),
    );
    let part = part(&recipe, 0);
    let Action::Submit(submit) = &part.steps.submit.action else { panic!("not submit") };
    let Action::Capture(captures) = &submit.end[1].action else { panic!("not capture") };
    assert!(
        matches!(&captures[0].reading.from, ReadFrom::Element { locator, .. } if named(locator) == ("words", "Belegnummer"))
    );
    assert!(matches!(captures[1].reading.from, ReadFrom::Url) && captures[1].reading.pattern.is_some());
    assert!(matches!(&captures[2].reading.from, ReadFrom::Element { attribute: Some(_), first: true, .. }));
    assert!(matches!(captures[3].reading.from, ReadFrom::Title));
    let lookup = part.lookup.as_ref().expect("there is a lookup");
    assert_eq!((lookup.none.any.len(), lookup.timeout), (2, Some(Duration::from_secs(3))));
    assert_eq!(lookup.within.as_ref().map(named), Some(("words", "Ergebnis")));
    assert_eq!((lookup.same.len(), lookup.capture.len()), (2, 2));
    assert!(recipe.targets[0].parts[0].lookup_compares());
}

#[test]
fn a_loop_over_lines() {
    let text = PORTAL
        .replace("key: number\n", "  article: { column: Artikel }\nrecords: { one_per: number, same: [issued, gross, currency], lines: article }\nkey: number\n")
        .replace(
            "      - submit: Speichern",
            r##"      - for_each: lines
        as: line
        number: n
        within: Positionen
        when: gross > 0
        steps:
          - click: Hinzufügen
          - fill: { "Artikel ${n}": "${line.article}" }
            within: { css: tr, nth: last, within: Tabelle }
          - for_each: "[line.article]"
            as: inner
            steps: [{ expect: "${inner}" }]
      - submit: Speichern"##,
        );
    let recipe = good(&text.replace("[line.article]", "lines"));
    assert!(recipe.targets[0].parts[0].uses_lines);
    let step = &part(&recipe, 0).steps.before[3];
    assert!(step.within.is_none() && step.when.is_some());
    let Action::ForEach(each) = &step.action else { panic!("not for_each") };
    assert_eq!((each.list.source(), &*each.variable, each.number.as_deref()), ("lines", "line", Some("n")));
    // What is repeated is looked for in the loop's element, whatever it stands in itself.
    let chains: Vec<Vec<(&str, &str)>> = each
        .steps
        .iter()
        .map(|step| {
            let step = match &step.action {
                Action::ForEach(inner) => &inner.steps[0],
                _ => step,
            };
            std::iter::successors(step.within.as_ref(), |locator| locator.within.as_deref()).map(named).collect()
        })
        .collect();
    assert_eq!(
        chains,
        [
            vec![("words", "Positionen")],
            vec![("css", "tr"), ("words", "Tabelle"), ("words", "Positionen")],
            vec![("words", "Positionen")],
        ]
    );
    let Action::Fill(entries) = &each.steps[1].action else { panic!("not fill") };
    assert_eq!(named(&entries[0].control), ("words", "Artikel ${n}"));
}

#[test]
fn a_submit_of_a_login_is_a_click() {
    let recipe = good(&portal(
        "        - click: Anmelden\n",
        "        - submit: Anmelden\n        - type: \"${totp.PORTAL}\"\n          into: Code\n        - submit: { press: Enter }\n",
    ));
    let steps = &settings(&recipe).login.as_ref().expect("there is a login").steps;
    assert!(matches!(&steps[2].action, Action::Click(locator) if named(locator) == ("words", "Anmelden")));
    let Action::Type { text, .. } = &steps[3].action else { panic!("not type") };
    assert!(text.names().iter().all(|name| name.is_secret()), "a one-time code is a secret");
    assert!(matches!(&steps[4].action, Action::Press(_)));
}

#[test]
fn quick_entry_forms_stay_where_they_are() {
    let recipe = good(&portal("sessions: 2,", "stay: true,").replace("      - open: /invoices/new\n", ""));
    assert!(settings(&recipe).stay);
    assert_eq!(part(&recipe, 0).steps.before.len(), 2);
}

#[test]
fn update_and_verify() {
    let recipe = good(
        &(PORTAL.replace("key: number\n", "key: number\non_change: update\n")
            + r##"    update:
      - open: /invoices/${number}/edit
      - fill: { Datum: "${issued}" }
      - submit: Speichern
        when: gross > 0
        effect: repeatable
      - expect: gespeichert
    verify:
      - open: /invoices/${number}
      - expect: { values: { Datum: "${issued}" } }
"##),
    );
    let target = &recipe.targets[0].parts[0];
    assert!(target.has_update() && target.verifies());
    let outline = target.outline(true);
    assert!(outline.effect == Effect::Repeatable && outline.when.is_some());
}

#[test]
fn parts_hand_captures_on() {
    let at = PORTAL.find("    lookup:").expect("it is there");
    let recipe = good(
        &(PORTAL[..at].to_owned()
            + r##"    parts:
      draft:
        steps:
          - open: /drafts/new
          - fill: { Nummer: "${number}" }
          - submit: Anlegen
          - expect: angelegt
          - capture: { draft: { url: true, pattern: 'drafts/(\d+)' } }
      confirm:
        steps:
          - open: /drafts/${draft}
          - submit: Buchen
          - expect: gebucht
  archive:
    http: { url: https://archive.example }
    steps: [{ post: "/docs/${portal.draft}", body: x }]
"##),
    );
    assert_eq!((recipe.targets[0].parts.len(), part(&recipe, 1).steps.before.len()), (2, 1));
}

#[test]
fn the_page_on_browser_targets_shows_a_good_recipe() {
    let page = include_str!("../../../recipes/BROWSER.md");
    let recipe = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it shows a recipe");
    let recipe = good(recipe);
    assert!(recipe.targets[0].parts[0].has_lookup() && recipe.targets[0].parts[0].verifies());
}

#[test]
fn the_schema_takes_the_portal() {
    // An editor that knows the schema must not mark what the program reads.
    let schema = crate::recipe::schema();
    let verbs = schema["$defs"]["Step"]["anyOf"].as_array().expect("there are verbs");
    for verb in ["open", "fill", "click", "select", "submit", "expect", "capture", "found"] {
        assert!(verbs.iter().any(|one| one["title"] == verb), "{verb}");
    }
    for shape in ["Locator", "PageCondition", "PageCapture", "PageValue", "Submit"] {
        assert_eq!(schema["$defs"][shape]["additionalProperties"], false, "{shape}");
    }
    assert!(super::super::read("r.yaml", PORTAL, Path::new("")).is_ok());
}
