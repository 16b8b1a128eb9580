//! The syntaxes of e-invoices, and how their names differ: UBL 2.1 and CII of EN 16931, and ZUGFeRD 1.0, which is an older
//! CII with longer names for the same things.

use roxmltree::Node;

use crate::recipe::model::{Term, TermPlace, XmlPath};
use crate::source::xml::{Found, IsCalled, find};

/// How an e-invoice is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Syntax {
    UblInvoice,
    UblCreditNote,
    Cii,
    Zugferd1,
}

/// What ZUGFeRD 1.0 calls things: the name in CII, and its own.
const OLDER: [(&str, &str); 12] = [
    ("ExchangedDocumentContext", "SpecifiedExchangedDocumentContext"),
    ("ExchangedDocument", "HeaderExchangedDocument"),
    ("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction"),
    ("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement"),
    ("ApplicableHeaderTradeDelivery", "ApplicableSupplyChainTradeDelivery"),
    ("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement"),
    ("SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"),
    ("SpecifiedLineTradeAgreement", "SpecifiedSupplyChainTradeAgreement"),
    ("SpecifiedLineTradeDelivery", "SpecifiedSupplyChainTradeDelivery"),
    ("SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement"),
    ("SpecifiedTradeSettlementLineMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"),
    ("RateApplicablePercent", "ApplicablePercent"),
];

/// Names of CII, also as ZUGFeRD 1.0 has them.
fn newer_or_older(wanted: &str, found: &str) -> bool {
    wanted == found || OLDER.iter().any(|(newer, older)| *newer == wanted && *older == found)
}

impl Syntax {
    /// The syntax of a document; none if it is no e-invoice.
    pub(in crate::source) fn of(root: Node<'_, '_>) -> Option<Self> {
        let tag = root.tag_name();
        let namespace = tag.namespace().unwrap_or_default();
        match tag.name() {
            "Invoice" if namespace.starts_with("urn:oasis:names:specification:ubl:") => Some(Syntax::UblInvoice),
            "CreditNote" if namespace.starts_with("urn:oasis:names:specification:ubl:") => Some(Syntax::UblCreditNote),
            "CrossIndustryInvoice" if namespace.starts_with("urn:un:unece:uncefact:") => Some(Syntax::Cii),
            "CrossIndustryDocument" => Some(Syntax::Zugferd1),
            _ => None,
        }
    }

    /// What it is called.
    pub(in crate::source) fn name(self) -> &'static str {
        match self {
            Syntax::UblInvoice => "UBL Invoice",
            Syntax::UblCreditNote => "UBL CreditNote",
            Syntax::Cii => "CII CrossIndustryInvoice",
            Syntax::Zugferd1 => "ZUGFeRD 1 CrossIndustryDocument",
        }
    }

    fn is_ubl(self) -> bool {
        matches!(self, Syntax::UblInvoice | Syntax::UblCreditNote)
    }

    fn is_called(self) -> IsCalled {
        if self == Syntax::Zugferd1 { newer_or_older } else { |wanted, found| wanted == found }
    }

    /// Where the lines stand, from the root.
    pub(super) fn lines(self) -> &'static str {
        if self.is_ubl() {
            "InvoiceLine|CreditNoteLine"
        } else {
            "SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem"
        }
    }

    /// Whether lines stand inside of lines.
    pub(super) fn has_nested_lines(self) -> bool {
        self.is_ubl()
    }

    /// Whether an element is a line inside of a line (BG-DEX-01 of the XRechnung Extension), which says what that one
    /// is made of. In CII all lines stand side by side.
    pub(super) fn is_sub_line(self, node: Node<'_, '_>) -> bool {
        self.has_nested_lines() && matches!(node.tag_name().name(), "SubInvoiceLine" | "SubCreditNoteLine")
    }

    /// Where the rows of the VAT breakdown stand, from the root.
    pub(super) fn vat(self) -> &'static str {
        if self.is_ubl() { "TaxTotal/TaxSubtotal" } else { "S/ApplicableTradeTax" }
    }

    /// Where a term stands.
    pub(super) fn paths(self, term: &Term) -> &'static str {
        if self.is_ubl() { term.ubl } else { term.cii }
    }

    /// Follows paths of the table of terms: the first that leads somewhere counts.
    pub(super) fn find<'a, 'i>(self, paths: &str, place: TermPlace, here: Node<'a, 'i>) -> Vec<Found<'a, 'i>> {
        let mut found = Vec::new();
        for path in paths.split('|').filter(|path| !path.is_empty()) {
            let path = self.whole(path, place);
            let Ok(path) = XmlPath::parse(&path, &|_| None) else { continue };
            found = find(&path, here, self.is_called());
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    /// A path with the sections of CII in full.
    fn whole(self, path: &str, place: TermPlace) -> String {
        let Some((section, rest)) = path.split_once('/').filter(|_| !self.is_ubl()) else { return path.to_owned() };
        let of_line = place == TermPlace::Line;
        let section = match section {
            "A" if of_line => "SpecifiedLineTradeAgreement",
            "D" if of_line => "SpecifiedLineTradeDelivery",
            "S" if of_line => "SpecifiedLineTradeSettlement",
            "A" => "SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement",
            "D" => "SupplyChainTradeTransaction/ApplicableHeaderTradeDelivery",
            "S" => "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement",
            _ => return path.to_owned(),
        };
        format!("{section}/{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::model::TERMS;

    #[test]
    fn every_path_of_every_term_can_be_read() {
        for term in TERMS {
            for syntax in [Syntax::UblInvoice, Syntax::Cii] {
                for path in syntax.paths(term).split('|').filter(|path| !path.is_empty()) {
                    let whole = syntax.whole(path, term.place);
                    assert!(XmlPath::parse(&whole, &|_| None).is_ok(), "{} {whole}", term.name);
                    assert!(!whole.starts_with("A/") && !whole.starts_with("S/"), "{} {whole}", term.name);
                }
            }
        }
    }
}
