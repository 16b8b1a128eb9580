//! The exact words of what is wrong. The cases stand in two files: an expression on a line of its own, and below it,
//! indented, each of its problems as `message | marked text | help`.

use super::Office;

/// The cases of a file: each expression with the problems below it.
fn cases(file: &str) -> Vec<(&str, String)> {
    let mut cases: Vec<(&str, String)> = Vec::new();
    for line in file.lines() {
        match (line.strip_prefix("    "), cases.last_mut()) {
            (Some(problem), Some((_, problems))) if problems.is_empty() => problems.push_str(problem),
            (Some(_), Some((_, problems))) => problems.push_str(&format!("\n{line}")),
            _ => cases.push((line, String::new())),
        }
    }
    assert!(cases.len() > 50);
    cases
}

#[test]
fn what_is_wrong_before_there_is_a_record() {
    let office = Office::new();
    for (source, problems) in cases(include_str!("before.txt")) {
        assert_eq!(office.problems(source).trim_end(), problems, "{source}");
    }
}

#[test]
fn what_is_wrong_with_a_record() {
    let office = Office::new();
    for (source, problem) in cases(include_str!("late.txt")) {
        assert_eq!(office.failure(source), problem, "{source}");
    }
}

#[test]
fn an_empty_expression_is_an_error() {
    assert_eq!(Office::new().problems(""), "the expression is empty | ");
    assert_eq!(Office::new().problems(" \n "), "the expression is empty |  \n ");
}

#[test]
fn a_condition_must_be_true_or_false() {
    use super::shown;
    use crate::expression::Expression;
    let office = Office::new();
    assert!(Expression::condition("net > 1", &office).unwrap().holds(&office).unwrap());
    assert!(Expression::condition("any_number", &office).is_ok());
    let problems = Expression::condition("net + 1", &office).unwrap_err();
    assert_eq!(
        shown("net + 1", &problems[0]),
        "`net + 1` is a number, but true or false is needed here | net + 1 | \
         compare it with something, or ask `!= null` whether there is a value"
    );
    for (source, words) in [("any_number", "a number"), ("flag", "missing"), ("any_null", "null")] {
        let problem = Expression::new(source, &office).unwrap().holds(&office).unwrap_err();
        assert_eq!(problem.message, format!("`{source}` is {words}, but true or false is needed here"));
    }
}

#[test]
fn secrets_are_in_no_message() {
    let office = Office::new();
    for source in [
        "secrets.X > 1",
        "secrets.X.number() > 1",
        "secrets.X.date()",
        "secrets.X + net",
        "secrets.X.split('').length",
        "'x' in secrets.X",
        "secrets.X == any_number",
        "today.plus_days(secrets.X.length / 2)",
        "tags[secrets.X.length / 2]",
        "today.plus_years(secrets.X.length * 10000)",
    ] {
        let problems = match crate::expression::Expression::new(source, &office) {
            Err(problems) => problems,
            Ok(expression) => vec![expression.value(&office).unwrap_err()],
        };
        let words = format!("{problems:?}");
        for secret in ["hunter2", "3.5", "70000"] {
            assert!(!words.contains(secret), "{source}: {words}");
        }
    }
}
