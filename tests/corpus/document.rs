//! Documents: `einvoice` and `camt`.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Said, compare, plain};

#[test]
fn e_invoices_are_read_as_others_read_them() {
    compare("einvoice", compare_invoice);
}

/// The terms that the answers have, by their names there and here.
const TERMS: [(&str, &str); 17] = [
    ("syntax", "syntax"),
    ("profile", "profile"),
    ("number", "number"),
    ("type_code", "type_code"),
    ("issue_date", "issue_date"),
    ("due_date", "due_date"),
    ("seller", "seller.name"),
    ("seller_trading_name", "seller.trading_name"),
    ("seller_vat", "seller.vat_id"),
    ("buyer", "buyer.name"),
    ("buyer_reference", "buyer_reference"),
    ("currency", "currency"),
    ("line_total", "line_total"),
    ("net", "net_total"),
    ("tax", "vat_total"),
    ("gross", "gross_total"),
    ("payable", "payable"),
];
const LINE_TERMS: [(&str, &str); 4] = [("id", "id"), ("name", "name"), ("quantity", "quantity"), ("net", "net_amount")];

fn compare_invoice(said: &Said, answer: &Json) -> (usize, Vec<String>) {
    let invoice = if answer["pages"].is_null() { answer } else { &answer["invoice"] };
    if invoice.is_null() {
        let says_so = said.talk.contains("has no e-invoice in it") || said.talk.contains("it is a scan");
        return (1, if says_so { Vec::new() } else { vec![format!("no invoice is there, but: {}", said.talk)] });
    }
    let [line] = said.lines.as_slice() else {
        return (1, vec![format!("{} lines instead of one", said.lines.len())]);
    };
    let (mut cells, mut differences) = (0, Vec::new());
    let mut same = |what: &str, found: &Json, right: &Json| {
        cells += 1;
        let text = |value: &Json| value.as_str().map(|text| plain(text).to_owned());
        // Of a term that stands there several times, the other reader takes the first.
        let found = if found.is_array() && !right.is_array() { &found[0] } else { found };
        if text(found) != text(right) || (right.is_array() && found != right) {
            differences.push(format!("{what}: {found} instead of {right}"));
        }
    };
    for (theirs, ours) in TERMS {
        same(ours, &line[ours], &invoice[theirs]);
    }
    let list = |value: &Json| match value {
        Json::Null => Json::Array(Vec::new()),
        Json::Array(_) => value.clone(),
        one => Json::Array(vec![one.clone()]),
    };
    same("iban", &list(&line["iban"]), &invoice["iban"]);
    let none = Vec::new();
    let (lines, right) = (line["lines"].as_array().unwrap(), invoice["lines"].as_array().unwrap());
    same("lines", &Json::String(lines.len().to_string()), &Json::String(invoice["line_count"].to_string()));
    for (line, right) in lines.iter().zip(right) {
        LINE_TERMS.iter().for_each(|(theirs, ours)| same(ours, &line[*ours], &right[*theirs]));
    }
    let (files, right) = (line["attachments"].as_array().unwrap_or(&none), invoice["embedded"].as_array().unwrap());
    same("attachments", &Json::String(files.len().to_string()), &Json::String(right.len().to_string()));
    for (file, right) in files.iter().zip(right) {
        same("attachment", &file["name"], &right["filename"]);
        same("attachment", &file["sha256"], &right["sha256"]);
    }
    (cells, differences)
}

#[test]
fn bank_statements_are_read_as_others_read_them() {
    compare("camt", compare_statement);
}

/// What the values of the answers are called, below their statement and below their entry.
fn compare_statement(said: &Said, answer: &Json) -> (usize, Vec<String>) {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in &said.lines {
        values.entry(line["path"].as_str().unwrap()).or_default().push(line["value"].as_str().unwrap());
    }
    // Whatever comes before the statement is called differently in camt.052, .053 and .054.
    let of = |wanted: &[&str]| -> Vec<&str> {
        let ends = |path: &str| {
            let path = ["/Stmt/", "/Rpt/", "/Ntfctn/"].iter().find_map(|part| Some(path.split_once(part)?.1));
            path.is_some_and(|path| wanted.contains(&path))
        };
        values.iter().filter(|(path, _)| ends(path)).flat_map(|(_, values)| values.clone()).collect()
    };
    let (mut cells, mut differences) = (0, Vec::new());
    let mut same = |what: &str, found: Vec<&str>, right: Vec<&Json>| {
        cells += right.len();
        let right: Vec<&str> = right.into_iter().filter_map(Json::as_str).collect();
        if found != right {
            differences.push(format!("{what}: {found:?} instead of {right:?}"));
        }
    };
    let statements = answer["statements"].as_array().unwrap();
    let each = |list: &'static str, member: &'static str| -> Vec<&Json> {
        statements.iter().flat_map(|one| one[list].as_array().unwrap()).map(|item| &item[member]).collect()
    };
    same("id", of(&["Id"]), statements.iter().map(|one| &one["id"]).collect());
    same("iban", of(&["Acct/Id/IBAN"]), statements.iter().map(|one| &one["iban"]).collect());
    same("account", of(&["Acct/Id/Othr/Id"]), statements.iter().map(|one| &one["account_other"]).collect());
    same("balance", of(&["Bal/Tp/CdOrPrtry/Cd"]), each("balances", "code"));
    same("balance", of(&["Bal/Amt"]), each("balances", "amount"));
    same("balance", of(&["Bal/Amt/@Ccy"]), each("balances", "currency"));
    same("balance", of(&["Bal/CdtDbtInd"]), each("balances", "cd"));
    same("amount", of(&["Ntry/Amt"]), each("first", "amount"));
    same("currency", of(&["Ntry/Amt/@Ccy"]), each("first", "currency"));
    same("credit or debit", of(&["Ntry/CdtDbtInd"]), each("first", "cd"));
    same("booking", of(&["Ntry/BookgDt/Dt", "Ntry/BookgDt/DtTm"]), each("first", "booking"));
    same("value", of(&["Ntry/ValDt/Dt", "Ntry/ValDt/DtTm"]), each("first", "value"));
    (cells, differences)
}
