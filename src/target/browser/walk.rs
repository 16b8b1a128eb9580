//! All expressions of a browser target's settings and login, so that the values that they need can be taken before there
//! is a record.

use crate::expression::{Expression, Piece, Template};
use crate::recipe::model::{
    Action, BrowserSettings, BrowserStep, By, Compared, Entry, FrameChoice, Locator, Nth, PageConditionSet, PageTest,
    Press, ReadFrom, SubmitBy, Test, TextTest, WindowChoice,
};

/// What is done with each expression.
type Visit<'a> = &'a mut dyn FnMut(&Expression);

/// The expressions of a target's settings, its login among them.
pub(super) fn settings(settings: &BrowserSettings, visit: Visit<'_>) {
    template(&settings.url.value, visit);
    if let Some(url) = &settings.webdriver {
        template(&url.value, visit);
    }
    if let Some(login) = &settings.login {
        conditions(&login.logged_in, visit);
        login.steps.iter().for_each(|one| step(one, visit));
    }
}

fn step(step: &BrowserStep, visit: Visit<'_>) {
    if let Some(when) = &step.when {
        visit(&when.value);
    }
    step.within.iter().for_each(|within| locator(within, visit));
    match &step.action {
        Action::Open(path) | Action::Screenshot(path) => template(&path.value, visit),
        Action::Fill(entries) | Action::Select(entries) | Action::Choose(entries) | Action::Upload(entries) => {
            entries.iter().for_each(|Entry { control, value }| {
                locator(control, visit);
                template(&value.value, visit);
            });
        }
        Action::Type { text, into } => {
            template(&text.value, visit);
            locator(into, visit);
        }
        Action::Check(controls) | Action::Uncheck(controls) => controls.iter().for_each(|one| locator(one, visit)),
        Action::Click(one) => locator(one, visit),
        Action::Press(one) => press(one, visit),
        Action::Submit(submit) => {
            match &submit.by {
                SubmitBy::Click(one) => locator(one, visit),
                SubmitBy::Press(one) => press(one, visit),
            }
            conditions(&submit.refused, visit);
            conditions(&submit.exists, visit);
            submit.end.iter().for_each(|one| self::step(one, visit));
        }
        Action::Expect(set) | Action::WaitFor(set) => conditions(set, visit),
        Action::Capture(wanted) => wanted.iter().for_each(|one| read_from(&one.reading.from, visit)),
        Action::WaitTime(_) | Action::Frame(FrameChoice::Main) => {}
        Action::Frame(FrameChoice::Of(one)) => locator(one, visit),
        Action::Window(WindowChoice::Title(title)) => template(&title.value, visit),
        Action::Window(_) => {}
        Action::AcceptAlert(text) => text.iter().for_each(|text| template(&text.value, visit)),
        Action::ForEach(each) => {
            visit(&each.list.value);
            each.steps.iter().for_each(|one| self::step(one, visit));
        }
    }
}

fn press(press: &Press, visit: Visit<'_>) {
    press.target.iter().for_each(|target| locator(target, visit));
}

fn conditions(set: &PageConditionSet, visit: Visit<'_>) {
    for condition in &set.any {
        condition.reason.iter().for_each(|reason| locator(reason, visit));
        for one in &condition.all {
            match one {
                PageTest::Seen(at, wanted) => {
                    locator(at, visit);
                    wanted.iter().for_each(|wanted| test(wanted, visit));
                }
                PageTest::Gone(at) => locator(at, visit),
                PageTest::Url(TextTest::Holds(text)) | PageTest::Title(TextTest::Holds(text)) => {
                    template(&text.value, visit);
                }
                PageTest::Url(TextTest::Matches(_)) | PageTest::Title(TextTest::Matches(_)) => {}
                PageTest::Values(values) => values.iter().for_each(|Compared { reading, test: wanted, .. }| {
                    read_from(&reading.from, visit);
                    test(wanted, visit);
                }),
            }
        }
    }
}

fn read_from(from: &ReadFrom, visit: Visit<'_>) {
    if let ReadFrom::Element { locator: at, .. } = from {
        locator(at, visit);
    }
}

fn test(test: &Test, visit: Visit<'_>) {
    match test {
        Test::Equals(value) | Test::Not(value) => template(value, visit),
        Test::OneOf(values) => values.iter().for_each(|value| template(value, visit)),
        Test::Matches(_) | Test::Exists(_) | Test::Empty(_) => {}
    }
}

fn locator(one: &Locator, visit: Visit<'_>) {
    match &one.by {
        By::Words(text)
        | By::Text(text)
        | By::Label(text)
        | By::Placeholder(text)
        | By::TestId(text)
        | By::Css(text)
        | By::Xpath(text)
        | By::Row(text) => template(&text.value, visit),
        By::Role { name, .. } => name.iter().for_each(|name| template(&name.value, visit)),
    }
    if let Some(Nth::Number(number)) = &one.nth {
        template(&number.value, visit);
    }
    if let Some(within) = &one.within {
        locator(within, visit);
    }
}

fn template(template: &Template, visit: Visit<'_>) {
    for piece in template.pieces() {
        if let Piece::Expression(expression, _) = piece {
            visit(expression);
        }
    }
}
