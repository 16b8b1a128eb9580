//! One e-invoice: the values of its terms, whatever its syntax.

use std::str::FromStr;

use roxmltree::Node;
use rust_decimal::Decimal;

use super::Syntax;
use crate::recipe::model::{TERMS, Term, TermKind, TermPlace, VatChoice};
use crate::source::xml::Found;

/// Documents that give money back (UNTDID 1001).
const CREDIT_NOTES: [&str; 8] = ["81", "83", "261", "262", "296", "308", "381", "396"];

/// The term of the line around a line.
const PARENT: &str = "BT-X-304";

/// The term of the VAT in the currency of the VAT accounting.
const ACCOUNTING_VAT: &str = "BT-111";

/// An e-invoice in its document.
#[derive(Clone, Copy)]
pub(in crate::source) struct Invoice<'a, 'i> {
    pub(in crate::source) syntax: Syntax,
    pub(super) root: Node<'a, 'i>,
}

impl<'a, 'i> Invoice<'a, 'i> {
    /// The invoice that a document is; none if it is something else.
    pub(in crate::source) fn of(document: &'a roxmltree::Document<'i>) -> Option<Self> {
        let root = document.root_element();
        Syntax::of(root).map(|syntax| Self { syntax, root })
    }

    /// Its lines.
    pub(super) fn lines(&self) -> Vec<Node<'a, 'i>> {
        self.nodes(self.syntax.lines())
    }

    /// The lines inside of a line, at any depth, in the order of the document.
    pub(super) fn sub_lines(&self, line: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
        let syntax = self.syntax;
        line.descendants().skip(1).filter(move |node| syntax.is_sub_line(*node))
    }

    /// The rows of its VAT breakdown.
    pub(super) fn vat(&self) -> Vec<Node<'a, 'i>> {
        self.nodes(self.syntax.vat())
    }

    fn nodes(&self, paths: &str) -> Vec<Node<'a, 'i>> {
        let found = self.syntax.find(paths, TermPlace::Invoice, self.root);
        found.into_iter().filter_map(|found| if let Found::Element(node) = found { Some(node) } else { None }).collect()
    }

    /// The texts that paths of CII lead to, which have no term of their own.
    pub(super) fn texts(&self, paths: &str) -> Vec<String> {
        let found = self.syntax.find(paths, TermPlace::Invoice, self.root);
        found.iter().filter_map(Found::text).map(|text| text.trim().to_owned()).collect()
    }

    /// The values of a term of the whole invoice.
    pub(super) fn values(&self, term: &Term) -> Vec<String> {
        self.values_in(term, self.root)
    }

    /// The values of a term in a line or a row of the VAT breakdown.
    pub(super) fn values_in(&self, term: &Term, here: Node<'a, 'i>) -> Vec<String> {
        let texts = self.found_in(term, here).into_iter();
        let texts = texts.map(|found| found.text().unwrap_or_default().trim().to_owned());
        let texts = texts.filter(|text| !text.is_empty());
        if term.kind == TermKind::Date { texts.map(day).collect() } else { texts.collect() }
    }

    /// Where the values of a term stand.
    fn found_in(&self, term: &Term, here: Node<'a, 'i>) -> Vec<Found<'a, 'i>> {
        let mut found = self.syntax.find(self.syntax.paths(term), term.place, here);
        if term.kind == TermKind::Amount && term.place == TermPlace::Invoice {
            match term.id {
                "BT-110" | ACCOUNTING_VAT => self.keep_accounting(&mut found, term.id == ACCOUNTING_VAT),
                // Totals may stand there a second time in the currency of the VAT accounting.
                _ if found.len() > 1 => self.keep_accounting(&mut found, false),
                _ => {}
            }
        }
        // What stands around a line in UBL is another line or the invoice itself.
        if term.id == PARENT && self.syntax.has_nested_lines() && !self.syntax.is_sub_line(here) {
            found.clear();
        }
        found
    }

    /// The currency of its amounts.
    pub(super) fn currency(&self) -> Option<String> {
        self.values(named("currency")).pop()
    }

    /// The currency of the VAT accounting, where that is another one.
    fn accounting(&self) -> Option<String> {
        let accounting = self.values(named("vat_currency")).pop();
        accounting.filter(|accounting| Some(accounting) != self.currency().as_ref())
    }

    /// Whether an amount in it states another currency than that of the invoice.
    pub(super) fn has_several_currencies(&self) -> bool {
        let currency = self.currency();
        self.root.descendants().any(|node| currency_of(node).is_some_and(|stated| Some(stated) != currency.as_deref()))
    }

    /// The other currency that an amount of a term states, where it is none of the VAT accounting.
    pub(super) fn foreign(&self, term: &Term, here: Node<'a, 'i>, currency: &str) -> Option<String> {
        if term.kind != TermKind::Amount || term.id == ACCOUNTING_VAT {
            return None;
        }
        let found = self.found_in(term, here).into_iter();
        let mut stated =
            found.filter_map(|found| if let Found::Element(node) = found { currency_of(node) } else { None });
        stated.find(|stated| *stated != currency).map(str::to_owned)
    }

    /// The values of a term of the VAT breakdown, of the rows that are meant.
    pub(super) fn vat_values(&self, term: &Term, choice: Option<&VatChoice>) -> Vec<String> {
        let is_meant = |row: &Node<'a, 'i>| {
            let Some(VatChoice { category, rate }) = choice else { return true };
            let of_row = |name: &str| self.values_in(named(name), *row).pop();
            let same_rate = |wanted: &Decimal| {
                let found = of_row("vat.rate");
                found.map_or(wanted.is_zero(), |found| Decimal::from_str(&found).is_ok_and(|found| found == *wanted))
            };
            of_row("vat.category").is_some_and(|found| found == *category) && rate.as_ref().is_none_or(same_rate)
        };
        self.vat().into_iter().filter(is_meant).flat_map(|row| self.values_in(term, row)).collect()
    }

    /// Keeps what is, or is not, in the currency of the VAT accounting, where that is another one.
    fn keep_accounting(&self, found: &mut Vec<Found<'a, 'i>>, wanted: bool) {
        let accounting = self.accounting();
        let is_accounting = |found: &Found<'a, 'i>| {
            let Found::Element(node) = found else { return false };
            accounting.is_some() && currency_of(*node) == accounting.as_deref()
        };
        found.retain(|found| is_accounting(found) == wanted);
    }

    /// Whether the document gives money back.
    pub(super) fn is_credit_note(&self) -> bool {
        let code = self.values(named("type_code"));
        self.syntax == Syntax::UblCreditNote || code.iter().any(|code| CREDIT_NOTES.contains(&code.as_str()))
    }

    /// Files inside of the invoice (BG-24): name, media type and content.
    pub(super) fn embedded(&self) -> Vec<(String, String, Vec<u8>)> {
        let inside = |node: &Node<'_, '_>| {
            matches!(node.tag_name().name(), "EmbeddedDocumentBinaryObject" | "AttachmentBinaryObject")
        };
        let nodes = self.root.descendants().filter(inside);
        nodes
            .map(|node| {
                let attribute = |name| node.attribute(name).unwrap_or_default().to_owned();
                let text = Found::Element(node).text().unwrap_or_default();
                let digits: String = text.split_whitespace().collect();
                let content = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, digits);
                (attribute("filename"), attribute("mimeCode"), content.unwrap_or_default())
            })
            .collect()
    }
}

/// The currency that an amount states for itself.
fn currency_of<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attribute("currencyID").map(str::trim).filter(|stated| !stated.is_empty())
}

/// A term of the table by its name, which the program itself writes.
pub(super) fn named(name: &str) -> &'static Term {
    TERMS.iter().find(|term| term.name == name).expect("the table has each term that the program names")
}

/// A day as ISO 8601 has it: CII writes `20261231`, and UBL may add a time zone, which means nothing for a day.
fn day(text: String) -> String {
    let bytes = text.as_bytes();
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
    }
    let zone = text.get(10..).unwrap_or_default();
    let is_zone = zone == "Z" || (zone.len() == 6 && zone.starts_with(['+', '-']) && zone.as_bytes()[3] == b':');
    if is_zone { text[..10].to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_iso_days_and_all_else_stays() {
        for (written, read) in [
            ("20261231", "2026-12-31"),
            ("2026-12-31", "2026-12-31"),
            ("2026-12-31+01:00", "2026-12-31"),
            ("2026-12-31Z", "2026-12-31"),
            ("202612", "202612"),
            ("31.12.2026", "31.12.2026"),
            ("2026-12-31T10:00:00", "2026-12-31T10:00:00"),
        ] {
            assert_eq!(day(written.to_owned()), read);
        }
    }
}
