//! The practice page: ten rounds in one stay, every character right.

use super::portal::Portal;

#[test]
fn all_seventy_fields_are_right() {
    let portal = Portal::bundled("practice-page", "good/personen.xlsx");
    let ran = portal.run();
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("entered")), (Some(0), 10), "{}\n{:#?}", ran.stderr, ran.lines);
    let writes = portal.office.writes();
    assert_eq!(writes.len(), 10);
    for (round, (write, record)) in (1..).zip(writes.iter().zip(ran.records())) {
        assert_eq!(write.body["round"], round.to_string().as_str(), "the page was entered once, and stayed on");
        let fields = record["fields"].as_object().unwrap();
        assert_eq!(fields.len(), 7);
        for (name, text) in fields {
            assert_eq!(&write.body[name], text, "{name} of round {round}");
        }
    }
    let again = portal.run();
    assert_eq!((again.code, again.count("unchanged")), (Some(0), 10), "{}", again.stderr);
    assert_eq!(portal.office.writes().len(), 10);
}

#[test]
fn a_lost_answer_is_left_to_a_person_where_nothing_can_be_looked_up() {
    let portal = Portal::bundled("practice-page", "good/personen.xlsx");
    portal.office.next_faults(&["lost_answer"]);
    let ran = portal.run();
    ran.assert_accounts_for_all();
    assert_eq!((ran.code, ran.count("in_doubt")), (Some(5), 1), "{}\n{:#?}", ran.stderr, ran.lines);
    assert!(portal.office.entered().values().all(|times| *times == 1), "{:#?}", portal.office.writes());
}
