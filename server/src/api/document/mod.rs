//! The OpenAPI document, from the same routes that answer.
//!
//! Handlers declare what is their own; what every operation of a kind can answer (no credential,
//! no such thing, a body that is not JSON) is added here, so that it is never forgotten.
//!
//! **Invariants**
//! - Every operation says which credential it needs, and every status that it can answer.

mod strict;

use axum::http::Method;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    Http, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, Required, Response};
use utoipa::{OpenApi as _, ToSchema as _};

use super::edge::ProblemDocument;

/// The document's head: what does not come from the routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Tenantry",
        description = "Feature flags rolled out tenant by tenant.\n\nErrors are \
            `application/problem+json` with a stable `code`. Versions travel as entity tags: send \
            the `ETag` of what you read as `If-Match` when you change it.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemDocument, super::error::Code, tenantry_core::model::Problem)),
    tags(
        (name = "session", description = "Who is calling; browsers keep a cookie instead of a token"),
        (name = "projects", description = "The boundary of isolation"),
        (name = "environments", description = "Where flags are targeted: each has its own revision and stream"),
        (name = "flags", description = "What can be switched, and until when it should exist"),
        (name = "targeting", description = "Who gets a flag in one environment"),
        (name = "plans", description = "Rollouts that are carried out in stages"),
        (name = "segments", description = "Named sets of tenants, for rules to ask"),
        (name = "tenants", description = "The roster: the tenants that a project knows by name"),
        (name = "tokens", description = "Credentials of machines"),
        (name = "audit", description = "Who changed what, when and why"),
        (name = "debt", description = "Flags that have outlived their purpose"),
        (name = "usage", description = "What programs ask, and who does"),
        (name = "evaluation", description = "Answers for one tenant: the OpenFeature Remote Evaluation Protocol (OFREP) 0.3"),
        (name = "stream", description = "Every change, as it happens"),
        (name = "operations", description = "For those who run the server"),
    )
)]
struct Head;

/// The head, to which the routes add themselves.
pub(super) fn head() -> OpenApi {
    Head::openapi()
}

const TOKEN: &str = "token";

/// The failures that are declared once: component, status, when.
const FAILURES: [(&str, &str, &str); 13] = [
    (
        "BadRequest",
        "400",
        "The body is not JSON, or a parameter is not valid",
    ),
    (
        "Unauthenticated",
        "401",
        "There is no credential, or it is not valid (any more)",
    ),
    (
        "Forbidden",
        "403",
        "The credential does not allow this, or a browser sent it from another site",
    ),
    (
        "NotFound",
        "404",
        "There is no such thing, or it is another project's",
    ),
    ("Timeout", "408", "The request took too long"),
    (
        "Conflict",
        "409",
        "The first request with this idempotency key is still running",
    ),
    (
        "PreconditionFailed",
        "412",
        "It has changed since it was read",
    ),
    ("BodyTooLarge", "413", "The body is larger than the limit"),
    (
        "UnsupportedMediaType",
        "415",
        "The body is not declared as JSON",
    ),
    (
        "InvalidBody",
        "422",
        "The body is JSON, but not valid; or the idempotency key belongs to another request",
    ),
    ("PreconditionRequired", "428", "There is no If-Match header"),
    (
        "TooManyRequests",
        "429",
        "The credential asks more often than the server allows",
    ),
    (
        "Unavailable",
        "503",
        "The database cannot be reached, or the server is stopping",
    ),
];

/// Adds to the document what all operations of a kind have in common.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    components
        .security_schemes
        .insert(TOKEN.to_owned(), SecurityScheme::Http(bearer()).into());
    for (name, _, description) in FAILURES {
        components
            .responses
            .insert(name.to_owned(), failure(description).into());
    }
    strict::refuse_unknown_fields(document);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            complete_operation(path, &method, operation);
        }
    }
}

fn bearer() -> Http {
    HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("tnry_<type>_<36 letters and digits>")
        .description(Some("A token; `X-API-Key: <token>` is read as well"))
        .build()
}

fn failure(description: &str) -> Response {
    let schema = Ref::from_schema_name(ProblemDocument::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut response = Response::new(description);
    response
        .content
        .insert("application/problem+json".to_owned(), content.into());
    response
}

/// The operations of a path, by method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn complete_operation(path: &str, method: &Method, operation: &mut Operation) {
    let security = operation.security.get_or_insert_with(|| {
        vec![SecurityRequirement::new(
            TOKEN,
            std::iter::empty::<String>(),
        )]
    });
    let is_public = security
        .iter()
        .all(|it| *it == SecurityRequirement::default());
    let is_idempotent_by_key = path.starts_with("/api/v1/projects") && method == Method::POST;
    if is_idempotent_by_key {
        operation
            .parameters
            .get_or_insert_default()
            .push(idempotency_key().into());
    }
    let has_body = operation.request_body.is_some();
    let has_query = has_parameter(operation, &ParameterIn::Query, None);
    let names_environment = has_parameter(operation, &ParameterIn::Query, Some("environment"));
    let is_conditional = has_parameter(operation, &ParameterIn::Header, Some("If-Match"));
    let statuses = [
        ("400", has_body || has_query || is_idempotent_by_key),
        ("401", !is_public),
        ("403", !is_public || method != Method::GET),
        ("404", path.contains('{') || names_environment),
        ("408", has_body),
        ("409", is_idempotent_by_key),
        ("412", is_conditional),
        ("413", has_body),
        ("415", has_body),
        (
            "422",
            (has_body && !path.starts_with("/ofrep/")) || is_idempotent_by_key,
        ),
        ("428", is_conditional && method != Method::POST),
        ("503", !path.starts_with("/health/")),
    ];
    for (status, _) in statuses.into_iter().filter(|(_, applies)| *applies) {
        let known = FAILURES.iter().find(|(_, code, _)| *code == status);
        let (name, ..) = known.expect("every status above is among the failures");
        let reference = RefOr::Ref(Ref::from_response_name(*name));
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert(reference);
    }
}

fn has_parameter(operation: &Operation, place: &ParameterIn, name: Option<&str>) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters.into_iter().any(|parameter| match parameter {
        RefOr::T(it) => it.parameter_in == *place && name.is_none_or(|name| it.name == name),
        RefOr::Ref(_) => false,
    })
}

fn idempotency_key() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[!-~]{1,255}$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Makes it safe to send the request again: the first answer is kept for a day and \
             given again",
        ))
        .schema(Some(schema.build()))
        .build()
}
