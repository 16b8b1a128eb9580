//! The totals of an e-invoice against each other and against its lines: the rules BR-CO-10 to BR-CO-16 of EN 16931, in
//! exact decimals. They hold for credit notes alike: there all amounts have the sign that they have in an invoice.

use std::str::FromStr;

use roxmltree::Node;
use rust_decimal::{Decimal, RoundingStrategy};

use super::invoice::{Invoice, named};
use crate::recipe::model::{TERMS, TermPlace};
use crate::record::Why;
use crate::source::xml::Found;

/// Profiles of Factur-X and ZUGFeRD that have no lines by design.
const WITHOUT_LINES: [&str; 2] = [WITHOUT_VAT_BREAKDOWN, "basicwl"];

/// The profile of Factur-X and ZUGFeRD that has no VAT breakdown by design either.
const WITHOUT_VAT_BREAKDOWN: &str = "minimum";

/// What the sums of an invoice say: nothing where they are right.
pub(super) fn wrong(invoice: &Invoice<'_, '_>) -> Vec<Why> {
    let mut reader = Reader { invoice, wrong: Vec::new() };
    reader.judge();
    reader.wrong
}

struct Reader<'r, 'a, 'i> {
    invoice: &'r Invoice<'a, 'i>,
    wrong: Vec<Why>,
}

impl<'a, 'i> Reader<'_, 'a, 'i> {
    fn judge(&mut self) {
        self.currencies();
        // Amounts in different currencies cannot be added up.
        if !self.wrong.is_empty() {
            return;
        }
        let lines = self.total("line_total");
        let allowances = self.total("allowance_total");
        let charges = self.total("charge_total");
        let net = self.total("net_total");
        let vat = self.total("vat_total");
        let gross = self.total("gross_total");
        let prepaid = self.total("prepaid");
        let rounding = self.total("rounding");
        let payable = self.total("payable");
        let of_lines = self.lines();
        let of_vat = self.vat();
        let of_allowances = self.whole_sum("allowance.amount");
        let of_charges = self.whole_sum("charge.amount").map(|sum| sum + self.logistics());
        // What cannot be read was said already; sums with it would say it again.
        if !self.wrong.is_empty() {
            return;
        }
        let zero = |amount: Option<Decimal>| amount.unwrap_or_default();
        let minus = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_sub(other.unwrap_or_default());
        let plus = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_add(other.unwrap_or_default());
        self.same(10, of_lines, lines);
        self.same(11, of_allowances, Some(zero(allowances)));
        self.same(12, of_charges, Some(zero(charges)));
        self.same(13, plus(minus(lines, allowances), charges), net);
        self.same(14, of_vat.filter(|sum| vat.is_some() || !sum.is_zero()), Some(zero(vat)));
        self.same(15, plus(net, vat), gross);
        self.same(16, plus(minus(gross, prepaid), rounding), payable);
    }

    /// All amounts are in the currency of the invoice (BT-5), but for what stands there for the VAT accounting.
    fn currencies(&mut self) {
        let Some(currency) = self.invoice.currency().filter(|_| self.invoice.has_several_currencies()) else { return };
        let lines = self.invoice.lines();
        let sub_lines: Vec<_> = lines.iter().flat_map(|line| self.invoice.sub_lines(*line)).collect();
        let of_whole = [self.invoice.root];
        let of_vat = self.invoice.vat();
        for term in TERMS {
            let around = match term.place {
                TermPlace::Invoice => &of_whole[..],
                TermPlace::Vat => &of_vat,
                TermPlace::Line => &lines,
            };
            let inside = if term.place == TermPlace::Line { &sub_lines[..] } else { &[] };
            let mut nodes = around.iter().chain(inside);
            if let Some(found) = nodes.find_map(|node| self.invoice.foreign(term, *node, &currency)) {
                self.wrong.push(Why::InvoiceCurrency { term: term.id, found, currency: currency.clone() });
            }
        }
    }

    /// Compares where both are known. Sums of finer amounts are rounded to cents, as the standard's own checks do.
    fn same(&mut self, rule: u8, expected: Option<Decimal>, found: Option<Decimal>) {
        let (Some(expected), Some(found)) = (expected, found) else { return };
        let cents = expected.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        if found != expected && found != cents {
            self.wrong.push(Why::InvoiceSum { rule, expected: shown(expected), found: shown(found) });
        }
    }

    fn amount(&mut self, term: &'static str, text: &str) -> Option<Decimal> {
        let amount = Decimal::from_str(text).ok();
        if amount.is_none() {
            self.wrong.push(Why::InvoiceAmount { term: named(term).id, value: text.to_owned() });
        }
        amount
    }

    fn total(&mut self, term: &'static str) -> Option<Decimal> {
        let values = self.invoice.values(named(term));
        match values.as_slice() {
            [] => None,
            [one] => self.amount(term, one),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => self.amount(term, first),
            several => {
                let why = Why::PathTwice { path: named(term).id.to_owned(), times: several.len() };
                self.wrong.push(why);
                None
            }
        }
    }

    fn whole_sum(&mut self, term: &'static str) -> Option<Decimal> {
        let values = self.invoice.values(named(term));
        self.sum(term, values)
    }

    fn sum(&mut self, term: &'static str, values: Vec<String>) -> Option<Decimal> {
        let mut sum = Some(Decimal::ZERO);
        for value in values {
            let amount = self.amount(term, &value)?;
            sum = sum?.checked_add(amount);
        }
        sum
    }

    fn sum_of(&mut self, term: &'static str, nodes: Vec<Node<'a, 'i>>) -> Option<Decimal> {
        let values = nodes.into_iter().flat_map(|node| self.invoice.values_in(named(term), node)).collect();
        self.sum(term, values)
    }

    /// The sum of the lines; none where the profile has no lines.
    fn lines(&mut self) -> Option<Decimal> {
        let lines = self.invoice.lines();
        if lines.is_empty() && WITHOUT_LINES.iter().any(|without| self.has_profile(without)) {
            return None;
        }
        // In the profile EXTENDED, lines may be headings or information, and their amounts are those of other lines.
        let counts = |line: &Node<'_, '_>| {
            let code = line.descendants().find(|node| node.tag_name().name() == "LineStatusReasonCode");
            code.and_then(|code| Found::Element(code).text()).is_none_or(|code| code.trim() == "DETAIL")
        };
        self.sum_of("line.net_amount", lines.into_iter().filter(counts).collect())
    }

    /// The sum of the VAT breakdown; none where the profile has no breakdown.
    fn vat(&mut self) -> Option<Decimal> {
        let rows = self.invoice.vat();
        if rows.is_empty() && self.has_profile(WITHOUT_VAT_BREAKDOWN) { None } else { self.sum_of("vat.amount", rows) }
    }

    fn has_profile(&self, end: &str) -> bool {
        self.invoice.values(named("profile")).pop().is_some_and(|profile| profile.to_lowercase().ends_with(end))
    }

    /// Charges for freight that the profile EXTENDED has in a place of their own.
    fn logistics(&self) -> Decimal {
        let amounts = self.invoice.texts("S/SpecifiedLogisticsServiceCharge/AppliedAmount");
        amounts.iter().filter_map(|text| Decimal::from_str(text).ok()).sum()
    }
}

/// An amount as people write it: with cents, and finer where it is.
fn shown(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    amount.rescale(amount.scale().max(2));
    amount.to_string()
}
