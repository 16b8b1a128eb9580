//! Hostile or absurd texts end in a message, not in an overflow of the stack.

use super::Office;
use crate::expression::Expression;

/// Runs on a stack that is smaller than that of any thread of the program.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(640 * 1024).spawn(test).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_is_an_error() {
    on_a_small_stack(|| {
        let office = Office::new();
        let problem = |source: &str| Expression::new(source, &office).unwrap_err()[0].message.clone();
        for (open, inner, close) in
            [("(", "1", ")"), ("[", "1", "]"), ("-", "1", ""), ("not ", "paid", ""), ("1 + (", "1", ")")]
        {
            let source = format!("{}{inner}{}", open.repeat(1000), close.repeat(1000));
            assert_eq!(problem(&source), "the expression is nested more than 64 levels deep", "{open}");
        }
        let calls = format!("{}1{}", "tags.count(".repeat(600), ")".repeat(600));
        assert_eq!(problem(&calls), "the expression is nested more than 64 levels deep");
        let choices = format!("{}1", "paid ? 1 : ".repeat(700));
        assert_eq!(problem(&choices), "the expression is nested more than 64 levels deep");
        assert_eq!(problem(&"net + ".repeat(500)), "the expression has more than 128 operators in a row");
        assert_eq!(
            problem(&format!("supplier{}", ".trim()".repeat(1000))),
            "the expression has more than 128 operators in a row"
        );
        assert_eq!(problem(&"x".repeat(8193)), "the expression is too long: 8193 of at most 8192 bytes");
    });
}

#[test]
fn what_is_allowed_fits_on_a_small_stack() {
    on_a_small_stack(|| {
        let office = Office::new();
        let nested = format!("{}net{}", "(".repeat(60), ")".repeat(60));
        assert_eq!(office.value(&nested).to_string(), "1.10");
        let lists = format!("{}tags{}.count", "tags.map(".repeat(60), ")".repeat(60));
        // Only parsed and checked: its value would have 2 to the power of 60 elements.
        assert!(Expression::new(&lists, &office).is_ok());
        let conditions = format!("{}paid{}", "tags.any(".repeat(60), ")".repeat(60));
        assert_eq!(office.value(&conditions).to_string(), "true");
        let chain = format!("net{}", " + net".repeat(120));
        assert_eq!(office.value(&chain).to_string(), "133.10");
        let calls = format!("supplier{}", ".trim()".repeat(120));
        assert_eq!(office.value(&calls).to_string(), "Müller & Söhne");
        let minus = format!("{}net", "-".repeat(60));
        assert_eq!(office.value(&minus).to_string(), "1.10");
    });
}

#[test]
fn texts_do_not_grow_without_bound() {
    let office = Office::new();
    let doubled = format!("'aaaaaaaa'{}", ".replace('a', 'aaaaaaaa')".repeat(100));
    assert!(office.problems(&doubled).starts_with("the resulting text is longer than 1024 kilobytes"));
    let grown = format!("number{}", ".replace('0', '00000000')".repeat(100));
    assert!(office.failure(&grown).starts_with("the resulting text is longer than 1024 kilobytes"));
}
