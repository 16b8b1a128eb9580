//! From a step and the values at hand to the request that would be sent. Pure: this needs no connection, so a dry run is
//! made of exactly what a real run would send.

use std::sync::{Mutex, PoisonError};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::body::{Rendered as RenderedBody, SpecBody};
use super::unroll::unroll;
use crate::expression::Scope;
use crate::recipe::model::{Auth, Effect, HttpCall, HttpSettings, Method, PartKind, Recipe, Target, TargetKind};
use crate::secret::MASK;
use crate::target::fill::{Filler, encode};
use crate::target::site::Site;
use crate::target::{Job, Mode, Trouble};

/// A request, complete but for what the session adds (login, cookies).
#[derive(Clone, Debug)]
pub(super) struct RequestSpec {
    /// The verb.
    pub method: Method,
    /// The whole URL.
    pub url: Url,
    /// Headers of the settings and of the step.
    pub headers: HeaderMap,
    /// The body.
    pub body: SpecBody,
}

/// A step with its values, before it is encoded.
#[derive(Debug)]
pub(super) struct RenderedStep {
    method: Method,
    url: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: RenderedBody,
    /// A condition that cannot be decided before there are answers, as written.
    when: Option<String>,
}

/// Renders the steps of one target.
pub(super) struct Renderer<'a> {
    /// Fills in the values.
    pub filler: Filler<'a>,
    /// The target's settings.
    pub settings: &'a HttpSettings,
    /// The target's URL, which paths start from.
    pub base: &'a str,
    /// Its origin, which no request may leave; not needed where nothing is sent.
    pub origin: Option<&'a url::Origin>,
    /// The address that was read last: that of one write is mostly the same for all records.
    pub latest: Option<&'a Mutex<Option<(String, Url)>>>,
}

/// The steps of a job as they would be sent, for people and for the dry run; without any client.
///
/// # Errors
/// What in the record or the recipe keeps them from being sent.
pub fn render_steps(recipe: &Recipe, target: &Target, job: Job<'_>) -> Result<Vec<serde_json::Value>, Trouble> {
    let mut views = Vec::new();
    each_step(recipe, target, job, |renderer, step, rendered| {
        views.push(renderer.view(step, &rendered, job.scope)?);
        Ok(())
    })?;
    Ok(views)
}

/// Whether [`render_steps`] can be done, without its views.
pub(super) fn check_steps(recipe: &Recipe, target: &Target, job: Job<'_>) -> Result<(), Trouble> {
    each_step(recipe, target, job, |_, _, _| Ok(()))
}

fn each_step(
    recipe: &Recipe,
    target: &Target,
    job: Job<'_>,
    mut take: impl FnMut(&Renderer<'_>, &HttpCall, RenderedStep) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let TargetKind::Http(settings) = &target.kind else { return Ok(()) };
    let filler = Filler { recipe, show: true };
    let site = Site::new("`url:`", &settings.url.span);
    let base = filler.required(&settings.url.value, &site, job.scope)?;
    let renderer = Renderer { filler, settings, base: &base, origin: None, latest: None };
    let Some(PartKind::Http(part)) = target.parts.get(job.part).map(|part| &part.kind) else { return Ok(()) };
    for one in unroll(part.steps(job.mode == Mode::Update).all(), &renderer.filler, job.scope)? {
        if one.is_done(&renderer.filler, job.scope)?
            && let Some(rendered) = renderer.step(one.call, &one.over(job.scope))?
        {
            rendered.body.check_files()?;
            take(&renderer, one.call, rendered)?;
        }
    }
    Ok(())
}

impl Renderer<'_> {
    /// A step with its values; none where its `when:` leaves it out.
    pub fn step(&self, step: &HttpCall, scope: &(dyn Scope + Sync)) -> Result<Option<RenderedStep>, Trouble> {
        let mut undecided = None;
        if let Some(when) = &step.when {
            let names_open = self.filler.show && self.filler.is_open(&when.value, scope);
            let site = Site::new("`when:`", &when.span);
            if names_open || (self.filler.show && when.value.names().iter().any(crate::expression::Name::is_secret)) {
                undecided = Some(when.value.source().to_owned());
            } else if !when.value.holds(scope).map_err(|problem| self.filler.problem(&site, &problem))? {
                return Ok(None);
            }
        }
        let path = self.filler.path(&step.path.value, &Site::new("the path", &step.path.span), scope)?;
        let mut query = Vec::new();
        for (name, value) in &step.query {
            let site = Site::named("query", name, &step.span);
            if let Some(value) = self.filler.text(value, &site, scope)? {
                query.push((name.clone(), value));
            }
        }
        let mut headers = Vec::new();
        for (name, value) in &step.headers {
            let site = Site::named("header", name, &step.span);
            if let Some(value) = self.filler.header(value, &site, scope)? {
                headers.push((name.clone(), value));
            }
        }
        if step.effect != Effect::Read
            && let Ok(key) = scope.value(&crate::expression::Name::IdempotencyKey)
            && !key.is_missing()
        {
            let name = self.settings.idempotent.as_ref().map_or("Idempotency-Key", |idempotent| &idempotent.header);
            headers.push((name.to_owned(), key.to_string()));
        }
        let body = RenderedBody::new(step.body.as_ref(), &self.filler, &step.span, scope)?;
        Ok(Some(RenderedStep { method: step.method, url: self.resolve(&path), query, headers, body, when: undecided }))
    }

    /// The request of a rendered step.
    pub fn spec(&self, step: &HttpCall, rendered: RenderedStep) -> Result<RequestSpec, Trouble> {
        let site = Site::new("the path", &step.path.span);
        let mut url = self.read_url(&rendered.url).map_err(|error| {
            let text = &rendered.url;
            self.filler.trouble(&site, &format!("`{text}` is no URL: {error}"))
        })?;
        if self.origin.is_none_or(|origin| url.origin() != *origin) {
            let origin = url.origin().ascii_serialization();
            return Err(self.filler.trouble(&site, &format!("`{origin}` is another system than the target's")));
        }
        url.set_fragment(None);
        append_query(&mut url, &rendered.query);
        let mut headers = HeaderMap::new();
        for (name, value) in &rendered.headers {
            let (name, value) = self.header(step, name, value)?;
            headers.insert(name, value);
        }
        let (body, media_type) = rendered.body.spec();
        if let Some(media_type) = media_type
            && !headers.contains_key(CONTENT_TYPE)
        {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        Ok(RequestSpec { method: rendered.method, url, headers, body })
    }

    fn read_url(&self, text: &str) -> Result<Url, url::ParseError> {
        let Some(latest) = self.latest else { return Url::parse(text) };
        let mut latest = latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, url)) = &*latest
            && known == text
        {
            return Ok(url.clone());
        }
        let url = Url::parse(text)?;
        *latest = Some((text.to_owned(), url.clone()));
        Ok(url)
    }

    fn header(&self, step: &HttpCall, name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Trouble> {
        let site = Site::named("header", name, &step.span);
        header(name, value).map_err(|why| self.filler.trouble(&site, &why))
    }

    /// A path on the target's URL; a whole URL stays as it is.
    fn resolve(&self, path: &str) -> String {
        if path.starts_with("http://") || path.starts_with("https://") {
            return path.to_owned();
        }
        let base = self.base.trim_end_matches('/');
        match path.chars().next() {
            None => self.base.to_owned(),
            Some('/' | '?') => format!("{base}{path}"),
            Some(_) => format!("{base}/{path}"),
        }
    }

    /// `{"post":"http://…/api/invoices","query":{…},"headers":{…},"json":{…}}`, secrets masked.
    fn view(
        &self,
        step: &HttpCall,
        rendered: &RenderedStep,
        scope: &(dyn Scope + Sync),
    ) -> Result<serde_json::Value, Trouble> {
        let mut headers = Vec::new();
        for (name, value) in &self.settings.headers {
            let site = Site::named("header", name, &self.settings.url.span);
            if let Some(value) = self.filler.header(value, &site, scope)? {
                headers.push((name.clone(), value));
            }
        }
        let mut query = rendered.query.clone();
        match &self.settings.auth {
            None | Some(Auth::Cookie(_)) => {}
            Some(Auth::Basic { .. }) => headers.push(("Authorization".to_owned(), format!("Basic {MASK}"))),
            Some(Auth::Bearer(_) | Auth::OAuth2(_)) => {
                headers.push(("Authorization".to_owned(), format!("Bearer {MASK}")));
            }
            Some(Auth::ApiKey { name, query: false, .. }) => headers.push((name.clone(), MASK.to_owned())),
            Some(Auth::ApiKey { name, query: true, .. }) => query.push((name.clone(), MASK.to_owned())),
        }
        for (name, value) in &rendered.headers {
            headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            headers.push((name.clone(), value.clone()));
        }
        let mut view = serde_json::Map::new();
        view.insert(verb(step.method).to_owned(), rendered.url.clone().into());
        if let Some(when) = &rendered.when {
            view.insert("when".to_owned(), when.clone().into());
        }
        if !query.is_empty() {
            view.insert("query".to_owned(), object(&query));
        }
        if !headers.is_empty() {
            view.insert("headers".to_owned(), object(&headers));
        }
        rendered.body.view(&mut view);
        Ok(serde_json::Value::Object(view))
    }
}

/// A header's name and value in the form in which they are sent (ISO 8859-1); or what is wrong.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let wrong = |what: &str| format!("{what} cannot be sent");
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("this name"))?;
    let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    let value = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()).ok_or_else(|| wrong("its value"))?;
    Ok((name, value))
}

/// Adds parameters to a URL, percent-encoded.
pub(super) fn append_query(url: &mut Url, query: &[(String, String)]) {
    if query.is_empty() {
        return;
    }
    let mut text = url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&")).unwrap_or_default();
    let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    text.push_str(&pairs.join("&"));
    url.set_query(Some(&text));
}

/// A method as recipes write it.
fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    }
}

/// Named texts as a JSON object; names that come several times get a list.
pub(super) fn object(pairs: &[(String, String)]) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    for (name, value) in pairs {
        match object.get_mut(name) {
            None => {
                object.insert(name.clone(), value.clone().into());
            }
            Some(serde_json::Value::Array(values)) => values.push(value.clone().into()),
            Some(one) => *one = serde_json::Value::Array(vec![one.clone(), value.clone().into()]),
        }
    }
    serde_json::Value::Object(object)
}
