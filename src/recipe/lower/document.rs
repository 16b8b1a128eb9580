//! The sources that are documents (XML, JSON, e-invoices, PDFs), and the paths into them.

use std::collections::BTreeMap;

use super::super::model::{
    DataPath, EinvoiceSource, JsonSource, PdfSource, Per, SourceKind, TermPath, XmlCondition, XmlPath, XmlSource,
    XmlStep,
};
use super::super::raw;
use super::super::yaml::{Keyed, Text};
use super::Context;
use super::source::files;
use crate::diagnostic::At;

/// Lowers the source, if it is a document.
pub(super) fn document(context: &Context, written: &Keyed<raw::Source>) -> Option<SourceKind> {
    if let Some(xml) = &written.xml {
        return self::xml(context, xml, files(context, xml.file.as_ref(), &xml.span)).map(SourceKind::Xml);
    }
    if let Some(json) = &written.json {
        return self::json(context, json, files(context, json.file.as_ref(), &json.span)).map(SourceKind::Json);
    }
    if let Some(einvoice) = &written.einvoice {
        let files = files(context, einvoice.file.as_ref(), &einvoice.span);
        return Some(SourceKind::Einvoice(self::einvoice(einvoice, files)));
    }
    let pdf = written.pdf.as_ref()?;
    Some(SourceKind::Pdf(PdfSource { files: files(context, pdf.file.as_ref(), &pdf.span) }))
}

/// Lowers `xml:` but for its files.
pub(super) fn xml(context: &Context, written: &Keyed<raw::Xml>, files: Vec<At<String>>) -> Option<XmlSource> {
    let namespaces: BTreeMap<String, String> = written
        .namespaces
        .iter()
        .flat_map(|all| all.iter())
        .map(|(prefix, uri)| (prefix.value.clone(), context.not_empty(uri, "the namespace")))
        .collect();
    let Some(records) = &written.records else {
        let help = "say which elements are records: `records: Stmt/Ntry`, or from the root: `records: /Document/…`";
        context.missing(&written.span, "records", help);
        return None;
    };
    let path = xml_path(context, records, &namespaces)?;
    let leads_to_elements = |step: &XmlStep| match step {
        // Anywhere in a file, the position among others says nothing.
        XmlStep::Element(_, conditions) => {
            path.from_root || !conditions.iter().any(|condition| matches!(condition, XmlCondition::Number(_)))
        }
        _ => false,
    };
    if !path.steps.iter().all(leads_to_elements) {
        let title = format!("`{path}` does not say which elements are records");
        context.wrong(&records.span, title, "name elements: `Stmt/Ntry`, or from the root: `/Document/…`");
        return None;
    }
    Some(XmlSource { files, records: At::new(path, records.span.clone()), namespaces })
}

fn xml_path(context: &Context, text: &At<Text>, namespaces: &BTreeMap<String, String>) -> Option<XmlPath> {
    match XmlPath::parse(text, &|prefix| namespaces.get(prefix).cloned()) {
        Ok(path) => Some(path),
        Err(error) => {
            let end = text.len().max(error.at);
            let place = context.inside(text, &(error.at..end));
            let title = format!("`{}` is not a path into XML: {}", text.as_str(), error.title);
            context.wrong(
                &place,
                title,
                "a path looks like `Amt/@Ccy`, `../Acct/Id/IBAN` or `Party[@role='seller']/Name`",
            );
            None
        }
    }
}

/// Lowers `json:` but for its files.
pub(super) fn json(context: &Context, written: &Keyed<raw::JsonFile>, files: Vec<At<String>>) -> Option<JsonSource> {
    let Some(records) = &written.records else {
        context.missing(&written.span, "records", "say which nodes are records: `records: $.items[*]`");
        return None;
    };
    let path = context.json_path(records, &records.span);
    // The list itself, so that an empty one can be told from a wrong path.
    let list = records.strip_suffix("[*]").map(|list| context.json_path(list, &records.span));
    Some(JsonSource { files, records: At::new(path, records.span.clone()), list })
}

/// Lowers `einvoice:` but for its files.
pub(super) fn einvoice(written: &Keyed<raw::Einvoice>, files: Vec<At<String>>) -> EinvoiceSource {
    let per = match written.per.as_ref().map(|per| per.value) {
        Some(raw::Per::Line) => Per::Line,
        Some(raw::Per::SubLine) => Per::SubLine,
        Some(raw::Per::Invoice) | None => Per::Invoice,
    };
    EinvoiceSource { files, per }
}

/// Lowers the path of a field, in the words of its source.
pub(super) fn path(context: &Context, written: &At<Text>, source: &SourceKind) -> Option<DataPath> {
    context.not_empty(written, "the path");
    match source {
        // Of what came with a mail it is a path into the attachment.
        SourceKind::Email(email) => path(context, written, email.attachment.as_ref()?.content.as_deref()?),
        SourceKind::Xml(xml) => xml_path(context, written, &xml.namespaces).map(DataPath::Xml),
        SourceKind::Json(_) => {
            let (text, from_root) = written.strip_prefix('/').map_or((written.as_str(), false), |rest| (rest, true));
            Some(DataPath::Json { path: context.json_path(text, &written.span), from_root })
        }
        SourceKind::Einvoice(einvoice) => match TermPath::parse(written) {
            Ok(term) if term.is_of_line() && einvoice.per == Per::Invoice => {
                let title = format!("`{}` belongs to the lines of an invoice", written.as_str());
                context.wrong(&written.span, title, "write `per: line` in the source, so that each line is a row");
                None
            }
            Ok(term) => Some(DataPath::Term(term)),
            Err((title, help)) => {
                context.wrong(&written.span, title, help);
                None
            }
        },
        _ => None,
    }
}
