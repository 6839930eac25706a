//! Work that is given up half-way, as by a caller who hangs up: it leaves nothing behind that whoever
//! comes next would stumble over.

use std::pin::pin;
use std::task::Poll;

use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, flag_key};

/// More than a pool has connections.
const MANY: usize = 20;

/// Lets work go on until it has waited so many times, and gives it up; what came of it if it was done
/// before.
async fn give_up_after<T>(waits: usize, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut waited) = (pin!(work), 0);
    std::future::poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        waited += 1;
        if waited > waits {
            return Poll::Ready(None);
        }
        Poll::Pending
    })
    .await
}

async fn whoever_comes_next_can_work(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let leader = scene.database.store().await;
    let _leadership = leader.lead().await.expect("it answers");
    let next = async || {
        for _ in 0..MANY {
            // Asks without a transaction.
            scene.store.lead().await.expect("it answers");
            scene.flag("a").await;
        }
    };
    let flag = flag_key("a");
    for waits in 0.. {
        let reading = scene.store.flag(&scene.project, &flag);
        if let Some(read) = give_up_after(waits, reading).await {
            read.expect("the database answers");
            break;
        }
        next().await;
    }
    for waits in 0.. {
        let beginning = scene.store.begin(&scene.project);
        if let Some(begun) = give_up_after(waits, beginning).await {
            begun.expect("the database answers");
            break;
        }
        next().await;
        scene.create(&format!("flag-{waits}")).await;
    }
}

on_both!(whoever_comes_next_can_work);
