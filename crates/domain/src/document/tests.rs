use super::{merge::merged, *};
use proptest::{prelude::*, sample::select};

/// A value in the notation of JSON itself.
macro_rules! json {
    (null) => { Json::Null };
    ([$($item:tt),*]) => { Json::List(vec![$(json!($item)),*]) };
    ({$($key:literal: $value:tt),*}) => {
        Json::Object(vec![$(($key.to_owned(), json!($value))),*])
    };
    ($scalar:literal) => { Json::from($scalar) };
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Self::Number(number.to_string())
    }
}

fn object(members: impl IntoIterator<Item = (String, Json)>) -> Json {
    Json::Object(members.into_iter().collect())
}

fn document(json: Json) -> Document {
    Document::new(json).unwrap()
}

/// An object with so many objects and lists inside one another, in turns.
fn nested(depth: usize) -> Json {
    (1..depth).fold(json!({}), |inner, level| {
        if (depth - level).is_multiple_of(2) {
            Json::List(vec![inner])
        } else {
            object([("k".to_owned(), inner)])
        }
    })
}

#[test]
fn every_example_of_rfc_7396_comes_out_as_printed_there() {
    let examples = [
        // Section 1.
        (
            json!({"a": "b", "c": {"d": "e", "f": "g"}}),
            json!({"a": "z", "c": {"f": null}}),
            json!({"a": "z", "c": {"d": "e"}}),
        ),
        // Section 3; new members come last.
        (
            json!({
                "title": "Goodbye!",
                "author": {"givenName": "John", "familyName": "Doe"},
                "tags": ["example", "sample"],
                "content": "This will be unchanged"
            }),
            json!({
                "title": "Hello!",
                "phoneNumber": "+01-123-456-7890",
                "author": {"familyName": null},
                "tags": ["example"]
            }),
            json!({
                "title": "Hello!",
                "author": {"givenName": "John"},
                "tags": ["example"],
                "content": "This will be unchanged",
                "phoneNumber": "+01-123-456-7890"
            }),
        ),
        // Appendix A.
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (
            json!({"a": "b"}),
            json!({"b": "c"}),
            json!({"a": "b", "b": "c"}),
        ),
        (json!({"a": "b"}), json!({"a": null}), json!({})),
        (
            json!({"a": "b", "b": "c"}),
            json!({"a": null}),
            json!({"b": "c"}),
        ),
        (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
        (
            json!({"a": {"b": "c"}}),
            json!({"a": {"b": "d", "c": null}}),
            json!({"a": {"b": "d"}}),
        ),
        (
            json!({"a": [{"b": "c"}]}),
            json!({"a": [1]}),
            json!({"a": [1]}),
        ),
        (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
        (json!({"a": "b"}), json!(["c"]), json!(["c"])),
        (json!({"a": "foo"}), json!(null), json!(null)),
        (json!({"a": "foo"}), json!("bar"), json!("bar")),
        (
            json!({"e": null}),
            json!({"a": 1}),
            json!({"e": null, "a": 1}),
        ),
        (
            json!([1, 2]),
            json!({"a": "b", "c": null}),
            json!({"a": "b"}),
        ),
        (
            json!({}),
            json!({"a": {"bb": {"ccc": null}}}),
            json!({"a": {"bb": {}}}),
        ),
    ];
    for (target, patch, result) in examples {
        assert_eq!(
            merged(Some(&target), &patch).as_ref(),
            Ok(&result),
            "{target:?} {patch:?}"
        );
    }
}

#[test]
fn a_member_keeps_its_place_and_a_null_in_a_list_stays() {
    let before = document(json!({"z": 1, "m": {"b": 1, "a": 2}, "a": 3}));
    let patch = json!({"new": [null, {"x": null}], "m": {"c": 3, "b": 9}, "z": [1]});
    let after =
        json!({"z": [1], "m": {"b": 9, "a": 2, "c": 3}, "a": 3, "new": [null, {"x": null}]});
    assert_eq!(before.merge_patch(&patch), Ok(document(after)));
}

#[test]
fn only_an_object_is_a_document_or_a_patch() {
    let empty = document(json!({}));
    for json in [
        json!(null),
        Json::Bool(true),
        json!(1),
        json!("{}"),
        json!([{}]),
    ] {
        let refused = Err(DocumentError::NotAnObject);
        assert_eq!(empty.merge_patch(&json), refused, "{json:?}");
        assert_eq!(Document::new(json), refused);
    }
}

#[test]
fn objects_and_lists_nest_eight_deep() {
    let too_deep = DocumentError::TooDeep { max: 8 };
    assert!(Document::new(nested(8)).is_ok());
    assert_eq!(Document::new(nested(9)), Err(too_deep));
    let empty = document(json!({}));
    assert_eq!(empty.merge_patch(&nested(8)), Ok(document(nested(8))));
    assert_eq!(empty.merge_patch(&nested(9)), Err(too_deep));
}

#[test]
fn no_depth_overflows_the_stack() {
    let too_deep = DocumentError::TooDeep { max: 8 };
    assert_eq!(Document::new(nested(200_000)), Err(too_deep));
    let list = Json::List(vec![nested(200_000)]);
    assert_eq!(Document::new(list), Err(DocumentError::NotAnObject));
    let patch = nested(200_000);
    assert_eq!(document(json!({})).merge_patch(&patch), Err(too_deep));
    patch.dismantle();
}

#[test]
fn the_compact_text_has_64_kib_at_most() {
    let sized = |bytes: usize| object([("é\n".to_owned(), Json::Text("x".repeat(bytes - 11)))]);
    assert_eq!(written(&sized(65_536)).len(), 65_536);
    let full = document(sized(65_536));
    assert_eq!(full.size(), 65_536);
    let too_large = Err(DocumentError::TooLarge { max: 65_536 });
    assert_eq!(Document::new(sized(65_537)), too_large);
    assert_eq!(full.merge_patch(&json!({"a": 1})), too_large);
    assert_eq!(
        full.merge_patch(&json!({"a": 1, "é\n": null})),
        Ok(document(json!({"a": 1})))
    );
}

#[test]
fn keys_are_counted_in_all_objects_together() {
    let keys = |from: usize, to: usize| object((from..to).map(|n| (n.to_string(), json!(0))));
    let too_many = Err(DocumentError::TooManyKeys { max: 1_000 });
    assert!(Document::new(keys(0, 1_000)).is_ok());
    assert_eq!(Document::new(keys(0, 1_001)), too_many);
    let spread = |more: usize| {
        let list = Json::List(vec![keys(0, 499), keys(0, 499 + more)]);
        object([("l".to_owned(), list), ("o".to_owned(), json!({}))])
    };
    assert!(Document::new(spread(0)).is_ok());
    assert_eq!(Document::new(spread(1)), too_many);

    let full = document(keys(0, 1_000));
    assert_eq!(full.merge_patch(&keys(500, 1_001)), too_many);
    let mut exchanged = vec![("0".to_owned(), json!(null)), ("x".to_owned(), json!(0))];
    exchanged.extend((1_000..5_000).map(|n| (n.to_string(), json!(null))));
    assert!(full.merge_patch(&Json::Object(exchanged)).is_ok());
}

#[test]
fn keys_have_one_to_255_code_points() {
    let with_key = |key: &str| {
        Document::new(json!({"l": []})).and_then(|document| {
            document.merge_patch(&object([(
                "l".to_owned(),
                Json::List(vec![object([(key.to_owned(), json!(1))])]),
            )]))
        })
    };
    assert!(with_key(" ").is_ok() && with_key(&"é".repeat(255)).is_ok());
    let refused = |error| Err(DocumentError::Key(error));
    assert_eq!(with_key(""), refused(TextError::TooShort { min: 1 }));
    assert_eq!(
        with_key(&"é".repeat(256)),
        refused(TextError::TooLong { max: 255 })
    );
    assert_eq!(with_key("a\0"), refused(TextError::Nul));
    assert_eq!(
        with_key("").unwrap_err().to_string(),
        "keys must have at least 1 character(s)"
    );
}

#[test]
fn a_key_is_in_an_object_once() {
    let repeated = Err(DocumentError::RepeatedKey);
    assert_eq!(Document::new(json!({"a": 1, "b": 2, "a": 1})), repeated);
    assert_eq!(Document::new(json!({"l": [{"a": 1, "a": 1}]})), repeated);
    assert!(Document::new(json!({"a": {"a": {"a": 1}}, "l": [{"a": 1}, {"a": 1}]})).is_ok());

    let empty = document(json!({}));
    for patch in [
        json!({"a": 1, "a": null}),
        json!({"a": null, "a": null}),
        json!({"o": {"a": 1, "a": 2}}),
        json!({"l": [{"a": 1, "a": 2}]}),
    ] {
        assert_eq!(empty.merge_patch(&patch), repeated, "{patch:?}");
    }
}

#[test]
fn a_text_with_nul_is_refused() {
    let nul = Err(DocumentError::Nul);
    assert_eq!(Document::new(json!({"l": ["\0"]})), nul);
    assert_eq!(document(json!({})).merge_patch(&json!({"a": "a\0b"})), nul);
    assert!(Document::new(json!({"a": "\u{1}\u{7f}\u{10ffff}"})).is_ok());
}

#[test]
fn numbers_are_kept_in_any_notation_of_json_and_no_other() {
    let number =
        |literal: &str| Document::new(object([("n".to_owned(), Json::Number(literal.to_owned()))]));
    for literal in [
        "0",
        "-0",
        "1.0",
        "10",
        "0.10",
        "-1.5e+10",
        "1E-7",
        "0e00",
        "123456789012345678901234567890",
    ] {
        let kept = number(literal).map(|document| written(document.json()));
        assert_eq!(kept, Ok(format!("{{\"n\":{literal}}}")));
    }
    for literal in [
        "", "-", "+1", "01", "-01", "00", ".5", "1.", "1.e1", "1e", "1e+", "1e1.5", "1e1e1",
        "1.2.3", "--1", "0x1", "1_0", " 1", "1 ", "NaN", "Infinity", "١", "1,2",
    ] {
        assert_eq!(number(literal), Err(DocumentError::Number), "{literal:?}");
    }
}

/// The compact text, to measure the measurements by.
fn written(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(literal) => literal.clone(),
        Json::Text(text) => quoted(text),
        Json::List(items) => {
            format!(
                "[{}]",
                items.iter().map(written).collect::<Vec<_>>().join(",")
            )
        }
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}:{}", quoted(key), written(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}

fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\0'..='\u{1f}' => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Objects and lists inside one another, and all keys.
fn depth_and_keys(json: &Json) -> (usize, Vec<&str>) {
    let (inside, mut keys): (Vec<_>, Vec<_>) = match json {
        Json::List(items) => (items.iter().collect(), Vec::new()),
        Json::Object(members) => members.iter().map(|(k, v)| (v, k.as_str())).unzip(),
        _ => return (0, Vec::new()),
    };
    let mut depth = 0;
    for value in inside {
        let (deeper, more) = depth_and_keys(value);
        depth = depth.max(deeper);
        keys.extend(more);
    }
    (depth + 1, keys)
}

/// The bounds, said a second time.
fn fits(json: &Json) -> bool {
    let (depth, keys) = depth_and_keys(json);
    let text = written(json);
    text.starts_with('{')
        && text.len() <= 65_536
        && !text.contains("\\u0000")
        && depth <= 8
        && keys.len() <= 1_000
        && keys
            .iter()
            .all(|key| (1..=255).contains(&key.chars().count()))
}

/// RFC 7396, section 2, step by step as its pseudocode has it.
fn merged_by_the_letter(target: Json, patch: &Json) -> Json {
    let Json::Object(changes) = patch else {
        return patch.clone();
    };
    let mut members = match target {
        Json::Object(members) => members,
        _ => Vec::new(),
    };
    for (key, change) in changes {
        let at = members.iter().position(|(name, _)| name == key);
        match (at, change) {
            (Some(at), Json::Null) => drop(members.remove(at)),
            (None, Json::Null) => {}
            (Some(at), _) => {
                let value = std::mem::replace(&mut members[at].1, Json::Null);
                members[at].1 = merged_by_the_letter(value, change);
            }
            (None, _) => members.push((key.clone(), merged_by_the_letter(Json::Null, change))),
        }
    }
    Json::Object(members)
}

/// The value without the null members that a patch of its own text would remove.
fn without_nulls(json: &Json) -> Json {
    match json {
        Json::Object(members) => object(
            members
                .iter()
                .filter(|(_, value)| *value != Json::Null)
                .map(|(key, value)| (key.clone(), without_nulls(value))),
        ),
        other => other.clone(),
    }
}

/// Few keys, so that targets and patches share many; now and then one that no document may have.
fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        60 => "[a-d]",
        4 => "[\"\\\\\u{1}é]{1,3}",
        1 => (254_usize..=256).prop_map(|chars| "é".repeat(chars)),
        1 => select(vec!["", "\0"]).prop_map(str::to_owned),
    ]
}

fn any_object(value: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    prop::collection::btree_map(any_key(), value, 0..5)
        .prop_map(|members| members.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(Json::Object)
}

/// Any value with unique keys: most within the bounds, many at them, some beyond.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        10 => Just(Json::Null),
        5 => any::<bool>().prop_map(Json::Bool),
        10 => "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,3})?([eE][-+]?[0-9]{1,2})?".prop_map(Json::Number),
        10 => "[\u{1}-\u{24}\\\\é\u{7f}\u{1f600}]{0,8}".prop_map(Json::Text),
        1 => Just(json!("a\0")),
        1 => (0_usize..=36_000).prop_map(|bytes| Json::Text("\"".repeat(bytes))),
        1 => (0_usize..=1_100).prop_map(|keys| object((0..keys).map(|n| (n.to_string(), json!(0))))),
        1 => (1_usize..=8).prop_map(nested),
    ];
    leaf.prop_recursive(6, 60, 5, |inner| {
        prop_oneof![
            3 => any_object(inner.clone()),
            1 => prop::collection::vec(inner, 0..5).prop_map(Json::List),
        ]
    })
}

fn any_root() -> impl Strategy<Value = Json> {
    any_object(any_json())
}

proptest! {
    #[test]
    fn a_document_is_what_fits_and_is_kept_as_it_was_sent(json in prop_oneof![4 => any_root(), 1 => any_json()]) {
        prop_assert_eq!(json.compact_bytes(), written(&json).len());
        let checked = Document::new(json.clone());
        prop_assert_eq!(checked.is_ok(), fits(&json), "{:?}", checked);
        if let Ok(document) = checked {
            prop_assert_eq!(document.json(), &json);
        }
    }

    #[test]
    fn a_patch_does_what_the_rfc_says_or_is_refused_for_its_result(
        target in any_root().prop_filter_map("a document", |json| Document::new(json).ok()),
        patch in prop_oneof![9 => any_root(), 1 => any_json()],
    ) {
        let result = merged_by_the_letter(target.json().clone(), &patch);
        let patched = target.merge_patch(&patch);
        prop_assert_eq!(patched.is_ok(), fits(&result), "{:?}", patched);
        if let Ok(patched) = patched {
            prop_assert_eq!(patched.json(), &result);
        }
    }

    #[test]
    fn a_patch_applied_twice_does_no_more_than_once(target in any_root(), patch in any_root()) {
        let once = merged(Some(&target), &patch).unwrap();
        prop_assert_eq!(merged(Some(&once), &patch), Ok(once));
    }

    #[test]
    fn a_document_merged_with_itself_loses_its_null_members_only(json in any_root()) {
        prop_assert_eq!(merged(Some(&json), &json), Ok(without_nulls(&json)));
    }
}
