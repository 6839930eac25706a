//! Clients that do not keep to the protocol: each is told why it is left.

use serde_json::json;
use tenantry_tests::{Heard, RawStream, TestServer, ZERO};
use tokio_tungstenite::tungstenite::Message;

/// A server (which database it has makes no difference here) and connections to it.
struct Scene {
    server: TestServer,
    token: String,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::on_sqlite().await;
        server.project().create_flag("a").await;
        let token = server.project().create_token("sdk").await.secret;
        Self { server, token }
    }

    async fn connect(&self) -> RawStream {
        RawStream::connect(&self.server.address(), &self.token)
            .await
            .expect("let in")
    }

    /// A connection that has said hello and been answered.
    async fn greeted(&self) -> RawStream {
        let mut stream = self.connect().await;
        stream.hello(0, ZERO).await;
        stream.frame().await;
        stream
    }
}

#[tokio::test]
async fn malformed_frames_end_the_stream() {
    let scene = Scene::new().await;
    for (text, code) in [
        ("nonsense", 1007),
        ("", 1007),
        ("[]", 1007),
        ("{}", 1007),
        (r#"{"type": 7}"#, 1007),
        (r#"{"type":"hello"}"#, 1002),
        (
            r#"{"type":"hello","revision":-1,"checksum":"0000000000000000","schema":1}"#,
            1002,
        ),
        (
            r#"{"type":"hello","revision":"1","checksum":"0000000000000000","schema":1}"#,
            1002,
        ),
        (
            r#"{"type":"hello","revision":1,"checksum":"xyz","schema":1}"#,
            1002,
        ),
        (r#"{"type":"applied","revision":1}"#, 1002),
        (r#"{"type":"resync"}"#, 1002),
        (
            r#"{"type":"subscribe","environments":["production"]}"#,
            1002,
        ),
    ] {
        let mut stream = scene.connect().await;
        stream.send_text(text).await;
        assert_eq!(stream.close().await.0, code, "{text}");
    }
}

#[tokio::test]
async fn after_the_hello_the_rules_go_on() {
    let scene = Scene::new().await;
    let mut stream = scene.greeted().await;
    stream.hello(0, ZERO).await;
    assert_eq!(stream.close().await.0, 1002, "a second hello");
    for (text, code) in [
        ("nonsense", 1007),
        (r#"{"type":"applied"}"#, 1002),
        (
            r#"{"type":"subscribe","environments":["production"]}"#,
            1002,
        ),
    ] {
        let mut stream = scene.greeted().await;
        stream.send_text(text).await;
        assert_eq!(stream.close().await.0, code, "{text}");
    }
}

#[tokio::test]
async fn what_is_unknown_is_ignored() {
    let scene = Scene::new().await;
    let mut stream = scene.connect().await;
    stream
        .send(&json!({"type": "greetings", "from": "the future"}))
        .await;
    stream.send(&json!({
        "type": "hello", "revision": 0, "checksum": ZERO, "schema": 99, "sdk": "x", "mood": "good",
    })).await;
    stream.frame().await;
    stream
        .send(&json!({"type": "moods", "flags": [{"a": 1}]}))
        .await;
    stream
        .send(&json!({"type": "applied", "revision": 999_999, "more": true}))
        .await;
    scene.server.project().create_flag("b").await;
    stream.frame_of("delta").await;
}

#[tokio::test]
async fn texts_only_and_not_too_large_or_too_many() {
    let scene = Scene::new().await;
    let mut stream = scene.greeted().await;
    stream.send_message(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(stream.close().await.0, 1003);

    let mut stream = scene.greeted().await;
    stream
        .send(&json!({"type": "unknown", "padding": "x".repeat(70_000)}))
        .await;
    assert_eq!(stream.close().await.0, 1009);

    let mut stream = scene.greeted().await;
    for _ in 0..100 {
        if stream.try_send_text(r#"{"type":"unknown"}"#).await.is_err() {
            break;
        }
    }
    assert!(matches!(stream.close().await.0, 1013 | 1006), "a flood");
}

#[tokio::test]
async fn what_is_no_websocket_ends_the_connection() {
    let scene = Scene::new().await;
    let long_ping = [&b"\x89\xfe\x00\x7e\0\0\0\0"[..], &[0; 126]].concat();
    // Broken framing is answered with a reason if there is still time, and with the end in any case.
    for (what, bytes) in [
        ("an unmasked text", &b"\x81\x02{}"[..]),
        ("a reserved bit", b"\xc1\x82\0\0\0\0{}"),
        ("a reserved opcode", b"\x83\x80\0\0\0\0"),
        ("a fragmented ping", b"\x09\x80\0\0\0\0"),
        ("a ping of 126 bytes", &long_ping),
        ("a length of 2^63", b"\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0"),
        ("a continuation of nothing", b"\x80\x82\0\0\0\0{}"),
        ("bad UTF-8", b"\x81\x82\0\0\0\0\xc3\x28"),
    ] {
        let mut stream = scene.greeted().await;
        stream.send_bytes(bytes).await;
        let (code, _) = stream.close().await;
        assert!(
            matches!(code, 1002 | 1006 | 1007 | 1009),
            "{what} ended with {code}"
        );
    }
    // Whoever behaves is not disturbed.
    let mut stream = scene.greeted().await;
    scene.server.project().create_flag("c").await;
    assert!(matches!(stream.next().await, Heard::Frame(_)));
}

#[tokio::test]
async fn who_never_says_hello_is_left() {
    let scene = Scene::new().await;
    let mut stream = scene.connect().await;
    assert_eq!(stream.close().await.0, 1002);
}
