//! From the steps of a recipe and the values at hand to what is done in the page. Pure: a dry run shows exactly what a
//! real run would do.

use std::ops::Range;

use serde_json::{Value as Json, json};
use url::Url;

use super::page::{Conditions, Place, Reading as PageReading, Test as PageTest, Written};
use super::value::{text, written};
use crate::diagnostic::At;
use crate::expression::{Expression, Scope, Template};
use crate::recipe::model::{
    By, Locale, Locator, Nth, PageConditionSet, PageTest as Wanted, ReadFrom, Reading, Test, TextTest,
};
use crate::record::Value;
use crate::secret::MASK;
use crate::target::Trouble;
use crate::target::fill::{Filler, Filling, Site};

/// What a text as such names, in the place where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// A control, by its label.
    Label,
    /// What is clicked.
    Click,
    /// A group, a section, a dialog.
    Group,
    /// A frame.
    Frame,
    /// A visible text.
    Text,
    /// A control, or what stands beside a caption.
    Value,
}

/// A value for a control.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// The value.
    pub value: Value,
    /// As people may see it.
    pub shown: String,
    /// Whether it must not be seen.
    pub secret: bool,
}

/// Who judges what the page reads for a test.
#[derive(Clone, Debug)]
pub(super) enum Judge<'r> {
    /// The page has judged.
    Page,
    /// A test of the recipe on a value; what it is called in messages.
    Value(&'r Test, String, &'r Range<usize>),
    /// A pattern for the whole text.
    Matches(&'r regex::Regex, &'static str),
}

/// Conditions as the page is asked, and who judges what it reads.
pub(super) struct Asked<'r> {
    /// For the page.
    pub page: Conditions,
    /// For us, in the same shape.
    pub judges: Vec<Vec<Judge<'r>>>,
    /// As the recipe has them, for messages.
    pub said: Vec<Vec<String>>,
}

/// Renders steps.
pub(super) struct Renderer<'a> {
    /// Fills in the values.
    pub filler: Filler<'a>,
    /// How numbers and dates are written.
    pub locale: Locale,
    /// The target's URL, which paths start from.
    pub base: &'a str,
}

impl Renderer<'_> {
    /// A value for a control; none where there is none.
    pub fn given(
        &self,
        template: &At<Template>,
        what: &str,
        scope: &(dyn Scope + Sync),
    ) -> Result<Option<Given>, Trouble> {
        let site = Site::new(what, &template.span);
        let secret = template.value.is_secret();
        let value = match template.value.single() {
            Some(expression) => match self.filler.value(expression, &site, scope)? {
                Filling::Value(Value::Missing | Value::Null) => return Ok(None),
                Filling::Shown(shown) => Value::text(shown),
                Filling::Value(value @ (Value::List(_) | Value::Map(_))) => {
                    let why = format!("`${{{}}}` is a {}, which no field can hold", expression.source(), value.kind());
                    return Err(self.filler.trouble(&site, &why));
                }
                Filling::Value(value) => value,
            },
            None => Value::text(self.joined(&template.value, &site, scope)?),
        };
        let shown = if secret { MASK.to_owned() } else { text(&value, self.locale) };
        Ok(Some(Given { value, shown, secret }))
    }

    /// A value in all the forms that controls want.
    pub fn written(&self, given: &Given) -> Written {
        written(&given.value, self.locale)
    }

    /// A text with its values written as the locale writes them; it must be there.
    pub fn words(&self, template: &At<Template>, what: &str, scope: &(dyn Scope + Sync)) -> Result<String, Trouble> {
        let site = Site::new(what, &template.span);
        self.joined(&template.value, &site, scope)
    }

    fn joined(&self, template: &Template, site: &Site, scope: &(dyn Scope + Sync)) -> Result<String, Trouble> {
        use crate::expression::Piece;
        let mut all = String::new();
        for piece in template.pieces() {
            match piece {
                Piece::Literal(literal) => all.push_str(literal),
                Piece::Expression(expression, _) => all.push_str(&self.expression(expression, site, scope)?),
            }
        }
        Ok(all)
    }

    fn expression(&self, expression: &Expression, site: &Site, scope: &(dyn Scope + Sync)) -> Result<String, Trouble> {
        match self.filler.value(expression, site, scope)? {
            Filling::Shown(shown) => Ok(shown),
            Filling::Value(Value::Missing | Value::Null) => {
                Err(self.filler.trouble(site, &format!("`${{{}}}` has no value", expression.source())))
            }
            Filling::Value(value @ (Value::List(_) | Value::Map(_))) => {
                let why = format!("`${{{}}}` is a {}, which is no text", expression.source(), value.kind());
                Err(self.filler.trouble(site, &why))
            }
            Filling::Value(value) => Ok(text(&value, self.locale)),
        }
    }

    /// Whether a condition holds; none where a dry run cannot know.
    pub fn holds(&self, when: &At<Expression>, scope: &(dyn Scope + Sync)) -> Result<Option<bool>, Trouble> {
        let show = self.filler.show;
        if show && (self.filler.is_open(&when.value, scope) || when.value.is_secret()) {
            return Ok(None);
        }
        let site = Site::new("`when:`", &when.span);
        when.value.holds(scope).map(Some).map_err(|problem| self.filler.problem(&site, &problem))
    }

    /// The address of an `open:`.
    pub fn address(&self, path: &At<Template>, scope: &(dyn Scope + Sync)) -> Result<String, Trouble> {
        let path = self.filler.path(&path.value, &Site::new("the path", &path.span), scope)?;
        if path.starts_with("http://") || path.starts_with("https://") {
            return Ok(path);
        }
        Ok(format!("{}/{}", self.base.trim_end_matches('/'), path.trim_start_matches('/')))
    }

    /// The URL of an `open:`, which may not leave the target's origin.
    pub fn url(&self, path: &At<Template>, scope: &(dyn Scope + Sync)) -> Result<Url, Trouble> {
        let site = Site::new("the path", &path.span);
        let address = self.address(path, scope)?;
        let url = Url::parse(&address)
            .map_err(|error| self.filler.trouble(&site, &format!("`{address}` is no URL: {error}")))?;
        let own = Url::parse(self.base).is_ok_and(|base| base.origin() == url.origin());
        if !own {
            let origin = url.origin().ascii_serialization();
            return Err(self.filler.trouble(&site, &format!("`{origin}` is another system than the target's")));
        }
        Ok(url)
    }

    /// A locator with its values. `around` is `within:` of the step.
    pub fn place(
        &self,
        locator: &Locator,
        words: Words,
        around: Option<&Locator>,
        scope: &(dyn Scope + Sync),
    ) -> Result<Place, Trouble> {
        let fill = |template: &At<Template>| self.words(template, "a locator", scope);
        let mut role = None;
        let (by, wanted) = match &locator.by {
            By::Words(template) => (words.by(), Some(fill(template)?)),
            By::Role { role: wanted, name } => {
                role = Some(wanted.clone());
                ("role", name.as_ref().map(fill).transpose()?)
            }
            By::Text(template) => ("text", Some(fill(template)?)),
            By::Label(template) => ("label", Some(fill(template)?)),
            By::Placeholder(template) => ("placeholder", Some(fill(template)?)),
            By::TestId(template) => ("test_id", Some(fill(template)?)),
            By::Css(template) => ("css", Some(self.css(template, scope)?)),
            By::Xpath(template) => ("xpath", Some(self.xpath(template, scope)?)),
            By::Row(template) => ("row", Some(fill(template)?)),
        };
        let nth = match &locator.nth {
            None => None,
            Some(Nth::Last) => Some(json!("last")),
            Some(Nth::Number(template)) => {
                let site = Site::new("`nth:`", &template.span);
                let number = fill(template)?;
                let parsed = number.parse::<u32>().ok().filter(|number| *number > 0);
                match parsed {
                    Some(number) => Some(json!(number)),
                    None if self.filler.show => Some(json!(number)),
                    None => return Err(self.filler.trouble(&site, &format!("`{number}` is no place in an order"))),
                }
            }
        };
        let within = match (&locator.within, around) {
            (Some(own), _) => Some(Box::new(self.place(own, Words::Group, around, scope)?)),
            (None, Some(around)) => Some(Box::new(self.place(around, Words::Group, None, scope)?)),
            (None, None) => None,
        };
        Ok(Place { by, text: wanted, role, nth, within })
    }

    /// A selector: values in it are escaped as CSS identifiers and strings want it.
    fn css(&self, template: &At<Template>, scope: &(dyn Scope + Sync)) -> Result<String, Trouble> {
        self.escaped(template, scope, &|value| Ok(css_escape(value)))
    }

    /// A path: it knows no escapes, so a quote in a value cannot be written.
    fn xpath(&self, template: &At<Template>, scope: &(dyn Scope + Sync)) -> Result<String, Trouble> {
        self.escaped(template, scope, &|value| {
            if value.contains(['"', '\'']) {
                Err("a quote cannot be written in an XPath".to_owned())
            } else {
                Ok(value.to_owned())
            }
        })
    }

    fn escaped(
        &self,
        template: &At<Template>,
        scope: &(dyn Scope + Sync),
        escape: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<String, Trouble> {
        use crate::expression::Piece;
        let site = Site::new("a selector", &template.span);
        let mut all = String::new();
        for piece in template.value.pieces() {
            match piece {
                Piece::Literal(literal) => all.push_str(literal),
                Piece::Expression(expression, _) => {
                    let value = self.expression(expression, &site, scope)?;
                    all.push_str(&escape(&value).map_err(|why| self.filler.trouble(&site, &why))?);
                }
            }
        }
        Ok(all)
    }

    /// What the page is asked for conditions; `around` is `within:` of the step.
    pub fn conditions<'r>(
        &self,
        set: &'r PageConditionSet,
        around: Option<&Locator>,
        scope: &(dyn Scope + Sync),
    ) -> Result<Asked<'r>, Trouble> {
        let mut asked = Asked { page: Vec::new(), judges: Vec::new(), said: Vec::new() };
        for condition in &set.any {
            let (mut page, mut judges, mut said) = (Vec::new(), Vec::new(), Vec::new());
            for wanted in &condition.all {
                match wanted {
                    Wanted::Seen(locator, None) => {
                        let at = self.place(locator, Words::Text, around, scope)?;
                        said.push(at.said());
                        page.push(PageTest { at: Some(at), ..test("seen") });
                        judges.push(Judge::Page);
                    }
                    Wanted::Seen(locator, Some(wanted)) => {
                        let at = self.place(locator, Words::Text, around, scope)?;
                        let what = at.said();
                        said.push(what.clone());
                        page.push(PageTest { at: Some(at), optional: may_miss(wanted), ..test("value") });
                        judges.push(Judge::Value(wanted, what, &condition.span));
                    }
                    Wanted::Gone(locator) => {
                        let at = self.place(locator, Words::Text, around, scope)?;
                        said.push(format!("no {}", at.said()));
                        page.push(PageTest { at: Some(at), ..test("gone") });
                        judges.push(Judge::Page);
                    }
                    Wanted::Url(wanted) => {
                        let (one, judge, words) = self.text_test("address", wanted, scope)?;
                        page.push(one);
                        judges.push(judge);
                        said.push(words);
                    }
                    Wanted::Title(wanted) => {
                        let (one, judge, words) = self.text_test("title", wanted, scope)?;
                        page.push(one);
                        judges.push(judge);
                        said.push(words);
                    }
                    Wanted::Values(compared) => {
                        for one in compared {
                            let reading = self.reading(&one.reading, around, scope)?;
                            page.push(PageTest {
                                at: reading.at,
                                from: reading.from,
                                attribute: reading.attribute,
                                first: reading.first,
                                optional: may_miss(&one.test),
                                ..test("value")
                            });
                            judges.push(Judge::Value(&one.test, one.what.clone(), &one.span));
                            said.push(one.what.clone());
                        }
                    }
                }
            }
            asked.page.push(page);
            asked.judges.push(judges);
            asked.said.push(said);
        }
        Ok(asked)
    }

    fn text_test<'r>(
        &self,
        is: &'static str,
        wanted: &'r TextTest,
        scope: &(dyn Scope + Sync),
    ) -> Result<(PageTest, Judge<'r>, String), Trouble> {
        Ok(match wanted {
            TextTest::Holds(template) if is == "address" => {
                let site = Site::new("`url:`", &template.span);
                let part = self.filler.path(&template.value, &site, scope)?;
                let said = format!("the address `{part}`");
                (PageTest { text: Some(part), ..test(is) }, Judge::Page, said)
            }
            TextTest::Holds(template) => {
                let part = self.words(template, "`title:`", scope)?;
                let said = format!("the title `{part}`");
                (PageTest { text: Some(part), ..test(is) }, Judge::Page, said)
            }
            TextTest::Matches(regex) => {
                let what = if is == "address" { "the address" } else { "the title" };
                (test(is), Judge::Matches(regex, what), format!("{what} like `{}`", regex.as_str()))
            }
        })
    }

    /// What the page is asked to read.
    pub fn reading(
        &self,
        reading: &Reading,
        around: Option<&Locator>,
        scope: &(dyn Scope + Sync),
    ) -> Result<PageReading, Trouble> {
        Ok(match &reading.from {
            ReadFrom::Url => PageReading { from: "url", at: None, attribute: None, first: false },
            ReadFrom::Title => PageReading { from: "title", at: None, attribute: None, first: false },
            ReadFrom::Element { locator, attribute, first } => PageReading {
                from: "element",
                at: Some(self.place(locator, Words::Value, around, scope)?),
                attribute: attribute.clone(),
                first: *first,
            },
        })
    }
}

impl Words {
    fn by(self) -> &'static str {
        match self {
            Words::Label => "label",
            Words::Click => "click",
            Words::Group => "group",
            Words::Frame => "frame",
            Words::Text => "text",
            Words::Value => "value",
        }
    }
}

impl Place {
    /// As the recipe has it, for messages.
    pub fn said(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        let own = match self.by {
            "label" | "click" | "group" | "frame" | "value" | "text" => format!("`{text}`"),
            "role" => match &self.text {
                None => format!("{{ role: {} }}", self.role.as_deref().unwrap_or_default()),
                Some(name) => format!("{{ role: {}, name: {name} }}", self.role.as_deref().unwrap_or_default()),
            },
            by => format!("{{ {by}: {text} }}"),
        };
        match &self.within {
            None => own,
            Some(within) => format!("{own} within {}", within.said()),
        }
    }

    /// As a dry run shows it: a text as such, or the kind and the text.
    pub fn view(&self) -> Json {
        let plain = matches!(self.by, "label" | "click" | "group" | "frame" | "value") || self.by == "text";
        if plain && self.nth.is_none() && self.within.is_none() {
            return self.text.clone().unwrap_or_default().into();
        }
        let mut view = serde_json::Map::new();
        match &self.role {
            Some(role) => {
                view.insert("role".into(), role.clone().into());
                if let Some(name) = &self.text {
                    view.insert("name".into(), name.clone().into());
                }
            }
            None => {
                let by = if matches!(self.by, "click" | "group" | "frame" | "value") { "text" } else { self.by };
                view.insert(by.into(), self.text.clone().unwrap_or_default().into());
            }
        }
        if let Some(nth) = &self.nth {
            view.insert("nth".into(), nth.clone());
        }
        if let Some(within) = &self.within {
            view.insert("within".into(), within.view());
        }
        view.into()
    }
}

/// A test of a kind, with nothing stated yet.
fn test(is: &'static str) -> PageTest {
    PageTest { is, at: None, text: None, from: "element", attribute: None, first: false, optional: false }
}

/// Whether a test can pass where there is no value.
fn may_miss(test: &Test) -> bool {
    matches!(test, Test::Exists(false) | Test::Empty(true))
}

/// A value inside a selector: every character that could mean something there is escaped (CSS Syntax section 4.3.7).
fn css_escape(value: &str) -> String {
    let mut escaped = String::new();
    for letter in value.chars() {
        if letter.is_alphanumeric() || matches!(letter, '-' | '_') {
            let leading_digit = escaped.is_empty() && letter.is_ascii_digit();
            if leading_digit {
                escaped.push_str(&format!("\\{:x} ", u32::from(letter)));
            } else {
                escaped.push(letter);
            }
        } else {
            escaped.push_str(&format!("\\{:x} ", u32::from(letter)));
        }
    }
    escaped
}
