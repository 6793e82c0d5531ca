//! A channel that posts more between two polls than its page shows.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::model::{FailureKind, FetchFailure, ItemId};

/// Posts a page shows.
const PAGE: u32 = 3;

/// A channel whose posts are numbered from 1.
struct Channel {
    newest: AtomicU32,
    /// When each was posted.
    posted: Mutex<Vec<Timestamp>>,
    clock: Arc<ManualClock>,
    asked: Mutex<Vec<String>>,
    /// At requests for this page the process is killed.
    deadly: Mutex<Option<&'static str>>,
    killed: tokio::sync::Notify,
    /// Requests for older pages fail with this status.
    failing: AtomicU32,
}

impl Channel {
    fn page(&self, before: u32) -> String {
        let last = self.newest.load(Ordering::Relaxed).min(before - 1);
        let first = last.saturating_sub(PAGE - 1).max(1);
        let mut page = String::from(
            "<div class=\"tgme_channel_info\"><div class=\"tgme_channel_info_header_title\">C</div></div>",
        );
        if first > 1 {
            write!(
                page,
                "<a class=\"tme_messages_more\" data-before=\"{first}\"></a>"
            )
            .unwrap();
        }
        for n in first..=last {
            let at = self.posted.lock().unwrap()[n as usize - 1];
            write!(
                page,
                "<div class=\"tgme_widget_message\" data-post=\"c/{n}\"><div class=\"tgme_widget_message_text\">post {n}</div>\
                 <a class=\"tgme_widget_message_date\"><time datetime=\"{at}\"></time></a></div>"
            )
            .unwrap();
        }
        page
    }
}

impl Fetch for Channel {
    fn fetch<'a>(&'a self, job: &'a FetchJob) -> Fetching<'a> {
        Box::pin(async move {
            let query = job.url.query().unwrap_or_default().to_owned();
            self.asked.lock().unwrap().push(query.clone());
            if *self.deadly.lock().unwrap() == Some(query.as_str()) {
                self.killed.notify_one();
                std::future::pending::<()>().await;
            }
            let at = self.clock.now();
            let before = query.strip_prefix("before=").and_then(|n| n.parse().ok());
            let status = self.failing.load(Ordering::Relaxed);
            let result = if before.is_some() && status > 0 {
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
                    bytes: self.page(before.unwrap_or(u32::MAX)).into_bytes(),
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
        let desk = Desk::new(&format!(
            "{schedule}\n[[source]]\nid = \"c\"\nkind = \"telegram\"\nurl = \"https://t.me/s/c\"\n"
        ));
        let channel = Channel {
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
        let number = |guid: &str| guid.strip_prefix("c/")?.parse().ok();
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
        *watch.channel.deadly.lock().unwrap() = Some(deadly);
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
