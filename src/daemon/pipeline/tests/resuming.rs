//! A body that ends the process while it is read: it is read again at the next starts, a few times.

use super::*;
use crate::store::Reader;

const SOURCE: &str =
    "[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\nkind = \"page\"\nevery = \"1h\"\n";

impl Desk {
    async fn pipeline(&self) -> Pipeline {
        Pipeline::with_fetcher(
            Arc::clone(&self.config),
            self.store.clone(),
            Arc::clone(&self.world.clock) as _,
            Arc::clone(&self.world) as _,
        )
        .await
        .unwrap()
    }

    /// Keeps a body as a poll does that is killed before it has read it.
    async fn keep_unread(&self, body: &str) {
        let (id, at): (SourceId, _) = ("a".parse().unwrap(), self.world.clock.now());
        let kept = FetchedBody {
            status: 200,
            final_url: "https://a.example/".parse().unwrap(),
            moved_to: None,
            content_type: Some("text/html".to_owned()),
            validators: Validators::default(),
            bytes: body.as_bytes().to_vec(),
        };
        let saved = self
            .store
            .write(move |w| w.save_snapshot(&id, at, &kept))
            .await;
        saved.unwrap();
    }

    async fn unread(&self) -> Vec<(SourceId, crate::model::SnapshotId)> {
        self.store.read(Reader::unread_snapshots).await.unwrap()
    }

    async fn state(&self) -> SourceState {
        let id = "a".parse().unwrap();
        self.store.read(move |r| r.state(&id)).await.unwrap()
    }
}

#[tokio::test]
async fn a_body_that_ends_the_process_is_set_aside_after_three_starts() {
    let mut desk = Desk::new(SOURCE);
    let (poison, fine) = (page(&["Poison."]), page(&["Fine."]));
    drop(desk.pipeline().await);
    desk.keep_unread(&poison).await;
    let (_, snapshot) = desk.unread().await[0].clone();
    // three starts that died in the middle
    for times in 1..=3 {
        assert_eq!(
            desk.pipeline().await.begin_again(snapshot).await.unwrap(),
            times
        );
    }
    assert_eq!(desk.pipeline().await.resume().await.unwrap(), 0);
    assert!(desk.unread().await.is_empty(), "the next start is free");
    let state = desk.state().await;
    assert_eq!(state.last_outcome.as_deref(), Some("set_aside"));
    let message = state.last_message.expect("words");
    assert!(message.contains("tidewatch show a --raw"), "{message}");

    // while the page stays as it is it is not read; when it changes it is
    desk.show("a", &poison);
    desk.wait(60);
    let report = desk.poll("a").await;
    assert_eq!((report.outcome.as_str(), report.ok), ("set_aside", false));
    desk.show("a", &fine);
    desk.wait(60);
    assert_eq!(desk.poll("a").await.outcome, "read");
}

#[tokio::test]
async fn starts_that_died_for_other_reasons_do_not_add_up() {
    let desk = Desk::new(SOURCE);
    drop(desk.pipeline().await);
    for text in ["One.", "Two.", "Three.", "Four.", "Five."] {
        desk.keep_unread(&page(&[text])).await;
        let (_, snapshot) = desk.unread().await[0].clone();
        let pipeline = desk.pipeline().await;
        assert_eq!(pipeline.begin_again(snapshot).await.unwrap(), 1);
        assert_eq!(pipeline.resume().await.unwrap(), 1, "{text}");
        assert_eq!(desk.state().await.last_outcome.as_deref(), Some("read"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_bodies_at_once_wait_in_the_store_and_are_all_read() {
    let ids: Vec<String> = (0..60).map(|n| format!("s{n}")).collect();
    let sources: Vec<_> = ids
        .iter()
        .map(|id| SOURCE.replace("\"a\"", &format!("{id:?}")))
        .collect();
    let desk = Desk::new(&sources.concat());
    for id in &ids {
        desk.show(id, &page(&[&format!("The rules of {id}.")]));
    }
    let pipeline = Arc::new(desk.pipeline().await);
    let mut polls = tokio::task::JoinSet::new();
    for id in ids {
        let pipeline = Arc::clone(&pipeline);
        polls.spawn(async move {
            let source = pipeline.source(&id.parse().unwrap()).unwrap().clone();
            let report = pipeline.poll(&source).await.unwrap();
            let id = source.id.clone();
            let version = pipeline.store.read(move |r| r.latest_version(&id)).await;
            (id_of(&report), version.unwrap().unwrap().text)
        });
    }
    while let Some(done) = polls.join_next().await {
        let (id, text) = done.unwrap();
        let own = format!("The rules of {id}.");
        assert!(text.blocks.iter().any(|block| block.text == own), "{own}");
    }
}

fn id_of(report: &PollReport) -> String {
    assert_eq!(report.outcome, "read");
    report.source.to_string()
}
