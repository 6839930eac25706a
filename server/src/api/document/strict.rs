//! What bodies may not have: fields that nobody reads, which the extractors refuse.

use std::collections::BTreeSet;

use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::{OpenApi, RefOr};

const PREFIX: &str = "#/components/schemas/";

/// Says of every object in a request's body that it has no other fields than those listed. What
/// the evaluation endpoints read is left open, as OFREP wants it.
pub(super) fn refuse_unknown_fields(document: &mut OpenApi) {
    let mut wanted: Vec<String> = Vec::new();
    let items = document
        .paths
        .paths
        .iter()
        .filter(|(path, _)| !path.starts_with("/ofrep/"));
    for item in items.map(|(_, item)| item) {
        let operations = [&item.post, &item.put, &item.patch, &item.delete];
        for body in operations
            .into_iter()
            .flatten()
            .filter_map(|it| it.request_body.as_ref())
        {
            wanted.extend(names_in(body));
        }
    }
    let Some(components) = &mut document.components else {
        return;
    };
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if let Some(schema) = components.schemas.get_mut(&name)
            && seen.insert(name)
        {
            wanted.extend(names_in(schema));
            close(schema);
        }
    }
}

/// The schemas that a part of the document refers to.
fn names_in(part: &impl serde::Serialize) -> Vec<String> {
    let json = serde_json::to_string(part).expect("a document of texts and numbers");
    let names = json
        .split(PREFIX)
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    names.map(str::to_owned).collect()
}

/// Closes an object, and the objects that it or an alternative consists of.
fn close(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) if !object.properties.is_empty() => {
            object.properties.values_mut().for_each(close);
            let closed = AdditionalProperties::FreeForm(false);
            object
                .additional_properties
                .get_or_insert_with(|| Box::new(closed));
        }
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.iter_mut().for_each(close),
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}
