//! Lists of the JSON API: what a client may ask of one, and the page of it that is answered.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::diagnostic::did_you_mean;

const PER_PAGE: usize = 50;
const MOST_PER_PAGE: usize = 200;
const PARAMETERS: [&str; 4] = ["number", "supplier", "page", "per_page"];

/// What a list was asked for.
pub(super) struct Asked {
    /// Exactly this number.
    pub(super) number: Option<String>,
    /// Exactly this supplier.
    pub(super) supplier: Option<String>,
    /// Counted from 1.
    pub(super) page: usize,
    pub(super) per_page: usize,
}

impl Asked {
    /// Reads `number=&supplier=&page=&per_page=`.
    ///
    /// # Errors
    /// What is wrong with it, as the API says it.
    pub(super) fn read(query: &str) -> Result<Self, String> {
        let mut asked = Self { number: None, supplier: None, page: 1, per_page: PER_PAGE };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let count = |most: usize| match value.parse() {
                Ok(count) if (1..=most).contains(&count) => Ok(count),
                _ => Err(format!("`{name}` must be a whole number from 1 to {most}, not `{value}`")),
            };
            match &*name {
                "number" => asked.number = Some(value.into_owned()),
                "supplier" => asked.supplier = Some(value.into_owned()),
                "page" => asked.page = count(1_000_000_000)?,
                "per_page" => asked.per_page = count(MOST_PER_PAGE)?,
                // A filter that is silently ignored would find everything.
                _ => {
                    let help = did_you_mean(&name, PARAMETERS).map(|near| format!(": did you mean `{near}`?"));
                    return Err(format!("unknown parameter `{name}`{}", help.unwrap_or_default()));
                }
            }
        }
        Ok(asked)
    }

    /// Answers the page that was asked for of a list at `path`, of which there are `total`; `echo` says whether the
    /// searched text is repeated where nothing was found.
    pub(super) fn answer<T: Serialize>(&self, path: &str, items: &[T], total: usize, echo: bool) -> Response {
        let pages = total.div_ceil(self.per_page).max(1);
        let text = self.number.as_deref().or(self.supplier.as_deref()).unwrap_or_default();
        let page = Page {
            items,
            page: self.page,
            per_page: self.per_page,
            pages,
            total,
            next: (self.page < pages).then(|| self.next(path)),
            message: (echo && total == 0).then(|| format!("Keine Treffer für {text}")),
        };
        Json(page).into_response()
    }

    /// The address of the next page.
    fn next(&self, path: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("number", &self.number), ("supplier", &self.supplier)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.append_pair("page", &(self.page + 1).to_string());
        query.append_pair("per_page", &self.per_page.to_string());
        format!("{path}?{}", query.finish())
    }
}

/// What a list answers.
#[derive(Serialize)]
struct Page<'i, T> {
    items: &'i [T],
    page: usize,
    per_page: usize,
    pages: usize,
    total: usize,
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}
