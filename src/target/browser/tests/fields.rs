//! What goes into fields: found by the labels that people read, in the form that the control wants, read back before the
//! form is sent.

use super::fixture::{Desk, Server, day, number, words};
use crate::record::Value;
use crate::target::Class;

#[tokio::test]
async fn fields_are_found_by_all_kinds_of_labels() {
    let server = Server::form(
        r#"<label for=a>Rechnungsnummer: *</label><input id=a name=for>
        <label>Netto (optional) <input name=around></label>
        <input name=aria aria-label="Telefon"><span id=x>Mobil</span><input name=by aria-labelledby=x>
        <input name=hint placeholder="Suchbegriff"><input name=title title="Kostenstelle">
        <table><tr><td>Straße:</td><td><input name=cell></td><td>Ort</td><td><input name=cell2></td></tr></table>
        <div class=row><div>Land *</div><div><input name=block></div></div>
        <label>Vorname</label><div><input name=unbound></div>
        <table><thead><tr><th>Menge<th>Preis</tr></thead><tr><td><input name=qty><td><input name=price></tr></table>
        <label><input type=checkbox name=inside value=1> Eilig</label>
        <input type=checkbox name=after value=1> Geprüft
        <div><span>Hinweis</span><br><textarea name=area></textarea></div>"#,
    )
    .await;
    let labels = [
        ("Rechnungsnummer", "for"),
        ("Netto", "around"),
        ("Telefon", "aria"),
        ("Mobil", "by"),
        ("Suchbegriff", "hint"),
        ("Kostenstelle", "title"),
        ("Straße", "cell"),
        ("ort", "cell2"),
        ("Land", "block"),
        ("Vorname", "unbound"),
        ("Menge", "qty"),
        ("Preis", "price"),
        ("Hinweis", "area"),
    ];
    let fills: Vec<String> = labels.iter().map(|(label, name)| format!("    {label}: {name} ö")).collect();
    let desk = Desk::filling(&server, &format!("- fill:\n{}\n- check: [Eilig, Geprüft]", fills.join("\n")));
    let receipt = desk.enter().await;
    let sent = server.last();
    for (label, name) in labels {
        assert_eq!(sent.get(name), Some(&format!("{name} ö")), "`{label}`: {sent:?}");
    }
    assert_eq!((sent.get("inside"), sent.get("after")), (Some(&"1".to_owned()), Some(&"1".to_owned())));
    assert_eq!(receipt.captures, [("receipt".into(), Value::text("B-17"))]);
    desk.end().await;
}

#[tokio::test]
async fn each_control_gets_the_form_that_it_wants() {
    let server = Server::form(
        r#"<label>Datum <input name=text></label><label>Fällig <input type=date name=date></label>
        <label>Betrag <input name=amount></label><label>Menge <input type=number step=any name=number></label>
        <label>Beginn <input type=time name=time></label>
        <label>Währung <select name=select><option value=E>Euro<option value=F>Franken</select></label>
        <fieldset><legend>Versand</legend><label><input type=radio name=radio value=p> Paket</label>
        <label><input type=radio name=radio value=s> Spedition</label></fieldset>
        <label>Eilig <input type=checkbox name=box value=ja checked></label>
        <label>Leer <input name=kept value=stays></label>"#,
    )
    .await;
    let steps = "- fill: { Datum: '${issued}', Fällig: '${issued}', Betrag: '${gross}', Menge: '${gross}', Beginn: '${start}', Eilig: '${express}', Leer: '${note}' }\n- select: { Währung: Franken }\n- choose: { Versand: Spedition }";
    let desk = Desk::filling(&server, steps)
        .with("issued", day("2026-12-31"))
        .with("gross", number("1234.50"))
        .with("start", Value::Time("08:30".parse().unwrap()))
        .with("express", Value::Bool(false));
    desk.enter().await;
    let sent = server.last();
    let expected = [
        ("text", "31.12.2026"),
        ("date", "2026-12-31"),
        ("amount", "1234,50"),
        ("number", "1234.50"),
        ("time", "08:30"),
        ("select", "F"),
        ("radio", "s"),
        ("kept", "stays"),
    ];
    for (name, value) in expected {
        assert_eq!(sent.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(sent.get("box"), None, "the box should be unchecked");
    desk.end().await;
}

#[tokio::test]
async fn fields_that_format_their_value_are_fine_and_those_that_change_it_stop_the_record() {
    // Each reacts in its own way: a number that is formatted, an IBAN that is grouped, a field that ignores scripts, one
    // that keeps its own state as frameworks do, and a mask that works by keys alone.
    let server = Server::form(
        r#"<label>Betrag <input name=amount onblur="this.value = '1.234,50'"></label>
        <label>IBAN <input name=iban oninput="this.value = this.value.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')"></label>
        <label>Gesteuert <input name=controlled id=controlled></label>
        <label>Maske <input name=mask id=mask></label>
        <script>
          let state = '';
          controlled.addEventListener('input', () => { state = controlled.value; });
          setInterval(() => { if (controlled.value !== state) controlled.value = state; }, 5);
          let typed = '';
          mask.addEventListener('keydown', (event) => {
            event.preventDefault();
            if (event.key === 'Delete') typed = '';
            else if (/^[0-9]$/.test(event.key)) typed += event.key;
            mask.value = typed.replace(/^(..)(..)(.*)$/, '$1.$2.$3');
          });
          mask.addEventListener('input', () => { mask.value = ''; });
        </script>"#,
    )
    .await;
    let steps = "- fill: { Betrag: '${gross}', IBAN: '${iban}', Gesteuert: '${note}', Maske: '${issued}' }";
    let desk = Desk::filling(&server, steps)
        .with("gross", number("1234.50"))
        .with("iban", Value::text("DE02120300000000202051"))
        .with("note", Value::text("bleibt"))
        .with("issued", day("2026-03-01"));
    desk.enter().await;
    let sent = server.last();
    assert_eq!(sent["amount"], "1.234,50");
    assert_eq!(sent["iban"], "DE02 1203 0000 0000 2020 51");
    assert_eq!(sent["controlled"], "bleibt");
    assert_eq!(sent["mask"], "01.03.2026");
    desk.end().await;
}

#[tokio::test]
async fn a_field_that_loses_its_value_stops_the_record_before_the_submit() {
    let server = Server::form(
        r#"<label>Kurz <input name=short maxlength=4></label>
        <label>Rund <input name=round onblur="this.value = '12'"></label>
        <label>Groß <input name=upper oninput="this.value = 'X'"></label>"#,
    )
    .await;
    let cases = [
        ("Kurz: '${note}'", "`Kurz` should be `Müller` but is `Müll`"),
        ("Rund: '${gross}'", "`Rund` should be `12,50` but is `12`"),
        ("Groß: '${note}'", "`Groß` should be `Müller` but is `X`"),
    ];
    for (fill, expected) in cases {
        let desk = Desk::filling(&server, &format!("- fill: {{ {fill} }}"))
            .with("note", Value::text("Müller"))
            .with("gross", number("12.50"));
        let failure = desk.stage().await.unwrap_err();
        assert_eq!(failure.class, Class::Refused);
        let prefix = "not submitted, since fields do not keep what is filled in: ";
        assert_eq!(words(&failure), format!("{prefix}{expected}"));
        desk.end().await;
    }
    assert_eq!(server.count(), 0, "nothing may be sent");
}

#[tokio::test]
async fn a_field_that_changes_after_it_was_read_back_is_seen_at_the_submit() {
    let server = Server::form(
        // Reading back leaves the field; only then it changes.
        r#"<label>Betrag <input name=amount onblur="setTimeout(() => { this.value = '0,00'; }, 200)"></label>"#,
    )
    .await;
    let desk = Desk::filling(&server, "- fill: { Betrag: '${gross}' }").with("gross", number("12.50"));
    desk.stage().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    let failure = desk.submit().await.unwrap_err();
    assert_eq!(failure.class, Class::Refused);
    assert!(words(&failure).ends_with("`Betrag` should be `12,50` but is `0,00`"), "{}", words(&failure));
    assert_eq!(server.count(), 0, "nothing may be sent");
    desk.end().await;
}

#[tokio::test]
async fn shadow_roots_and_frames_of_the_same_origin_are_seen_through() {
    let server = Server::new(|request, _| {
        let inner = super::fixture::page("<label>Im Rahmen <input name=f></label><button onclick=\"parent.framed.value = document.querySelector('input').value\">Übernehmen</button>");
        (200, match request {
            "GET /frame" => inner,
            "POST /save" => super::fixture::page_saved(),
            _ => super::fixture::page(
                r#"<form method=post action=/save><input type=hidden name=framed id=framed><input type=hidden name=shadowed id=shadowed>
                <x-field></x-field><iframe src=/frame></iframe><button>Speichern</button></form>
                <script>customElements.define('x-field', class extends HTMLElement {
                  connectedCallback() {
                    this.attachShadow({mode: 'open'}).innerHTML = '<label for=i>Im Schatten</label><input id=i>';
                    this.shadowRoot.querySelector('input').addEventListener('input', (event) => { shadowed.value = event.target.value; });
                  }
                })</script>"#,
            ),
        })
    })
    .await;
    let desk = Desk::filling(&server, "- fill: { Im Schatten: eins, Im Rahmen: zwei }\n- click: Übernehmen");
    desk.enter().await;
    let sent = server.last();
    assert_eq!((sent["shadowed"].as_str(), sent["framed"].as_str()), ("eins", "zwei"));
    desk.end().await;
}

#[tokio::test]
async fn a_look_up_field_is_typed_into_and_the_offer_is_picked() {
    let server = Server::form(
        r#"<label for=s>Lieferant</label><input id=s role=combobox aria-controls=offers autocomplete=off>
        <input type=hidden name=supplier id=supplier>
        <ul id=offers role=listbox></ul>
        <script>s.addEventListener('input', () => setTimeout(() => {
          offers.replaceChildren(...['Adler GmbH', 'Adler GmbH & Co. KG', 'Bär AG'].filter((one) => one.startsWith(s.value.slice(0, 5))).map((one) => {
            const item = document.createElement('li');
            item.role = 'option';
            item.textContent = one;
            item.onmousedown = () => { s.value = one; supplier.value = 'id of ' + one; offers.replaceChildren(); };
            return item;
          }));
        }, 80))</script>"#,
    )
    .await;
    let desk = Desk::filling(&server, "- choose: { Lieferant: Adler GmbH }");
    desk.enter().await;
    assert_eq!(server.last()["supplier"], "id of Adler GmbH");
    desk.end().await;
    let desk = Desk::filling(&server, "- choose: { Lieferant: Adler SE }");
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(failure.class, Class::Refused);
    assert_eq!(words(&failure), "`Lieferant` does not offer `Adler SE`, but `Adler GmbH`, `Adler GmbH & Co. KG`");
    desk.end().await;
}
