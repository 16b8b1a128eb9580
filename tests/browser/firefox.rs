//! A smaller set in Firefox, where it and geckodriver are installed: another engine, other events, another driver.

use super::portal::Portal;
use super::{kills, orders, single_page};

/// The desk with its target in Firefox; none where there is no Firefox here.
fn in_firefox(portal: Portal) -> Option<Portal> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |names: &[&str]| {
        std::env::split_paths(&path).any(|folder| names.iter().any(|name| folder.join(name).is_file()))
    };
    if !has(&["geckodriver"]) || !has(&["firefox", "firefox-esr"]) {
        println!("left out: Firefox and geckodriver are not installed here");
        return None;
    }
    portal.change_recipe("url: \"${env.PORTAL_URL}\",", "url: \"${env.PORTAL_URL}\", browser: firefox,");
    Some(portal)
}

#[test]
fn orders_are_entered_once_and_found_again() {
    let Some(portal) = in_firefox(orders::portal()) else { return };
    orders::assert_all(&portal.run(), "entered");
    portal.assert_has_each_once(&orders::ORDERS, "after the first run");
    portal.lose_journal();
    orders::assert_all(&portal.run(), "unchanged");
    assert_eq!(portal.office.writes().len(), 4, "what is found is not entered again");
}

#[test]
fn a_page_that_a_script_draws_gets_every_character() {
    let Some(portal) = in_firefox(single_page::two_orders()) else { return };
    single_page::assert_two_orders(&portal, &portal.run());
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_page() {
    let Some(portal) = in_firefox(single_page::one_refused()) else { return };
    single_page::assert_refused(&portal, &portal.run());
}

#[test]
fn a_program_that_is_killed_around_the_submit_enters_nothing_twice() {
    for place in ["before-request", "after-request"] {
        let Some(portal) = in_firefox(kills::portal()) else { return };
        let killed = kills::killed_at(&portal, &format!("{place}:1"));
        assert_eq!(killed.code, None, "{place}: {}", killed.stderr);
        kills::run_to_the_end(&portal, place);
    }
}
