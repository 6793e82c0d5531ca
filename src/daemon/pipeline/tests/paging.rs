//! A channel that posts more between two polls than its page shows.

use std::sync::atomic::{AtomicU32, Ordering};

use url::Url;

use super::kinds::Kind;
use super::*;
use crate::model::{FailureKind, FetchFailure, ItemId};

/// Posts a page shows.
pub(super) const PAGE: u32 = 3;

/// A channel whose posts are numbered from 1.
struct Channel {
    kind: Kind,
    newest: AtomicU32,
    /// When each was posted.
    posted: Mutex<Vec<Timestamp>>,
    clock: Arc<ManualClock>,
    asked: Mutex<Vec<String>>,
    /// At requests for this page the process is killed.
    deadly: Mutex<Option<String>>,
    killed: tokio::sync::Notify,
    /// Requests for older pages fail with this status.
    failing: AtomicU32,
}

impl Channel {
    fn page(&self, url: &Url) -> String {
        let newest = self.newest.load(Ordering::Relaxed);
        let last = self.kind.last(newest, url);
        let first = last.saturating_sub(PAGE - 1).max(1);
        let posted = self.posted.lock().unwrap();
        let posts: Vec<_> = (first..=last)
            .rev()
            .map(|n| (self.kind.id(n), posted[n as usize - 1]))
            .collect();
        self.kind.page(&posts, newest, first > 1)
    }
}

impl Fetch for Channel {
    fn fetch<'a>(&'a self, job: &'a FetchJob) -> Fetching<'a> {
        Box::pin(async move {
            let query = job.url.query().unwrap_or_default().to_owned();
            self.asked.lock().unwrap().push(query.clone());
            if self.deadly.lock().unwrap().as_deref() == Some(query.as_str()) {
                self.killed.notify_one();
                std::future::pending::<()>().await;
            }
            let at = self.clock.now();
            let is_older = job.url != self.kind.url();
            let status = self.failing.load(Ordering::Relaxed);
            let result = if is_older && status > 0 {
                FetchResult::Failed(FetchFailure {
                    kind: FailureKind::Status,
                    message: "down".to_owned(),
                    status: u16::try_from(status).ok(),
                    retry_after: None,
                })
            } else {
                FetchResult::Body(FetchedBody {
                    status: 200,
                    final_url: job.url.clone(),
                    moved_to: None,
                    content_type: None,
                    validators: Validators::default(),
                    bytes: self.page(&job.url).into_bytes(),
                })
            };
            FetchOutcome {
                source: job.source.clone(),
                started_at: at,
                finished_at: at,
                result,
            }
        })
    }
}

struct Watch {
    desk: Desk,
    channel: Arc<Channel>,
}

impl Watch {
    fn new(schedule: &str) -> Self {
        Self::of(Kind::Telegram, schedule)
    }

    fn of(kind: Kind, schedule: &str) -> Self {
        let desk = Desk::new(&format!(
            "{schedule}\n[[source]]\nid = \"c\"\nkind = \"{}\"\nurl = \"{}\"\n{}",
            kind.name(),
            kind.url(),
            kind.settings()
        ));
        let channel = Channel {
            kind,
            newest: AtomicU32::new(0),
            posted: Mutex::default(),
            clock: Arc::clone(&desk.world.clock),
            asked: Mutex::default(),
            deadly: Mutex::default(),
            killed: tokio::sync::Notify::new(),
            failing: AtomicU32::new(0),
        };
        Self {
            desk,
            channel: Arc::new(channel),
        }
    }

    fn post_until(&self, newest: u32) {
        self.desk.wait(60);
        let now = self.desk.world.clock.now();
        self.channel
            .posted
            .lock()
            .unwrap()
            .resize(newest as usize, now);
        self.channel.newest.store(newest, Ordering::Relaxed);
    }

    /// Polls in a process of its own, which may be killed; `None` if it was.
    async fn poll(&self) -> Option<PollReport> {
        let pipeline = Pipeline::with_fetcher(
            Arc::clone(&self.desk.config),
            self.desk.store.clone(),
            Arc::clone(&self.desk.world.clock) as _,
            Arc::clone(&self.channel) as _,
        )
        .await
        .unwrap();
        pipeline.resume().await.unwrap();
        let source = pipeline.source(&"c".parse().unwrap()).unwrap().clone();
        tokio::select! {
            report = pipeline.poll(&source) => Some(report.unwrap()),
            () = self.channel.killed.notified() => None,
        }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.channel.asked.lock().unwrap())
    }

    /// Numbers of the posts that are stored, in order.
    async fn stored(&self) -> Vec<u32> {
        let items = self
            .desk
            .store
            .read(|reader| reader.items_after(ItemId(0), 1000))
            .await
            .unwrap();
        let digits = |guid: &str| {
            guid.rsplit(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        };
        let number = |guid: &str| digits(guid).map(|id: u32| id - self.channel.kind.id(0));
        let mut stored: Vec<u32> = items
            .iter()
            .filter_map(|item| number(item.read.guid.as_deref()?))
            .collect();
        stored.sort_unstable();
        stored
    }
}

fn all(last: u32) -> Vec<u32> {
    (1..=last).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_paged_back_until_a_known_post() {
    let mut watch = Watch::new("");
    watch.post_until(3);
    watch.poll().await.unwrap();
    assert_eq!(watch.asked(), [""]);
    watch.post_until(5);
    // two of the page's three are new: no gap
    assert_eq!(watch.poll().await.unwrap().new_items, 2);
    assert_eq!(watch.asked(), [""]);
    watch.desk.found().await;
    watch.post_until(14);
    let report = watch.poll().await.unwrap();
    assert_eq!(watch.asked(), ["", "before=12", "before=9", "before=6"]);
    assert_eq!(report.new_items, 9);
    assert_eq!(watch.stored().await, all(14));
    // each missed post is told, once
    assert_eq!(watch.desk.told().await.len(), 9);
    watch.desk.wait(60);
    watch.poll().await.unwrap();
    assert_eq!((watch.asked().len(), watch.desk.told().await.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_nothing_is_lost() {
    for deadly in ["", "before=12", "before=9", "before=6"] {
        let mut watch = Watch::new("");
        watch.post_until(5);
        watch.poll().await.unwrap();
        watch.post_until(14);
        *watch.channel.deadly.lock().unwrap() = Some(deadly.to_owned());
        assert!(watch.poll().await.is_none(), "{deadly}");
        *watch.channel.deadly.lock().unwrap() = None;
        watch.post_until(15);
        watch.poll().await.unwrap();
        assert_eq!(
            watch.stored().await,
            (3..=15).collect::<Vec<_>>(),
            "{deadly}"
        );
        assert_eq!(watch.desk.told().await.len(), 10, "{deadly}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_waits_and_a_limit_holds() {
    let watch = Watch::new("[schedule]\nolder_pages = 2\n");
    watch.post_until(3);
    watch.poll().await.unwrap();
    watch.post_until(20);
    watch.channel.failing.store(503, Ordering::Relaxed);
    assert!(watch.poll().await.unwrap().ok);
    watch.channel.failing.store(0, Ordering::Relaxed);
    watch.asked();
    watch.post_until(21);
    watch.poll().await.unwrap();
    assert_eq!(watch.asked(), ["", "before=18", "before=15"]);
    assert_eq!(
        watch.stored().await,
        [1, 2, 3].into_iter().chain(12..=21).collect::<Vec<_>>()
    );
    // what will never be there is not asked for again
    watch.post_until(30);
    watch.channel.failing.store(404, Ordering::Relaxed);
    watch.poll().await.unwrap();
    watch.channel.failing.store(0, Ordering::Relaxed);
    watch.asked();
    watch.post_until(31);
    watch.poll().await.unwrap();
    assert_eq!(watch.asked(), [""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sight_pages_back_only_when_asked_and_tells_nothing() {
    let mut watch = Watch::new("[schedule]\nfirst_pages = 2\n");
    watch.post_until(30);
    assert_eq!(watch.poll().await.unwrap().new_items, 9);
    assert_eq!(watch.asked(), ["", "before=28", "before=25"]);
    assert_eq!(watch.desk.told().await.len(), 0);
    let watch = Watch::new("");
    watch.post_until(30);
    watch.poll().await.unwrap();
    assert_eq!(watch.asked(), [""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_that_pages_back_loses_nothing_when_killed() {
    for kind in Kind::ALL {
        let name = kind.name();
        let mut watch = Watch::of(kind, "");
        watch.post_until(5);
        watch.poll().await.unwrap();
        let front = watch.asked();
        assert_eq!(front.len(), 1, "{name}");
        watch.post_until(14);
        // killed at the second page back
        let calm = Watch::of(kind, "");
        calm.post_until(5);
        calm.poll().await.unwrap();
        calm.asked();
        calm.post_until(14);
        assert_eq!(calm.poll().await.unwrap().new_items, 9, "{name}");
        let deadly = calm.asked()[2].clone();
        *watch.channel.deadly.lock().unwrap() = Some(deadly);
        assert!(watch.poll().await.is_none(), "{name}");
        *watch.channel.deadly.lock().unwrap() = None;
        watch.poll().await.unwrap();
        let seen: Vec<u32> = (3..=14).collect();
        assert_eq!(watch.stored().await, seen, "{name}");
        assert_eq!(calm.stored().await, seen, "{name}");
        assert_eq!(watch.desk.told().await.len(), 9, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_post_hides_no_gap() {
    let watch = Watch::of(Kind::VkPinned, "");
    watch.post_until(5);
    watch.poll().await.unwrap();
    watch.post_until(14);
    // the pinned post 1 and the newest two are shown, seven are not
    assert_eq!(watch.poll().await.unwrap().new_items, 9);
}
