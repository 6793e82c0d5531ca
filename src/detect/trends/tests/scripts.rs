//! Other scripts: a story of four owners among everyday chatter is joined, bursts, and has a name that reads.

use super::{Said, at, item, said, stream};
use crate::detect::trends::{Tracker, TrendSettings};

/// A language: everyday subjects and what happens to them, a story in five wordings, and its name.
pub(super) struct Script {
    pub(super) language: &'static str,
    pub(super) subjects: &'static [&'static str],
    pub(super) events: &'static [&'static str],
    joint: &'static str,
    pub(super) story: [&'static str; 5],
    /// What the label must say, and how many characters it has at most.
    name: &'static str,
    longest: usize,
}

pub(super) const SCRIPTS: [Script; 6] = [
    Script {
        language: "ja",
        subjects: &[
            "東京の桜",
            "大阪の地下鉄",
            "北海道の農家",
            "京都の寺",
            "名古屋の工場",
            "福岡の港",
            "沖縄の海",
            "横浜の市役所",
            "神戸の病院",
            "仙台の学校",
            "広島の図書館",
            "札幌の雪祭り",
        ],
        events: &[
            "が満開になりました",
            "で料金が値上げへ",
            "が人手不足に悩む",
            "で改修工事が始まる",
            "に観光客が戻る",
            "で事故があり一時閉鎖",
            "が新しい制度を導入",
            "の予算案を可決",
            "で展覧会を開催",
            "に強い台風が接近",
        ],
        joint: "、",
        story: [
            "任天堂が新型ゲーム機スイッチスリーの発売日を発表",
            "任天堂、スイッチスリーの発売日を正式に発表しました",
            "スイッチスリー発売日が決定 任天堂が新型ゲーム機を公開",
            "任天堂のスイッチスリーは三月に発売、価格も判明",
            "新型ゲーム機スイッチスリー、任天堂が予約開始を告知",
        ],
        name: "スイッチスリー",
        longest: 22,
    },
    Script {
        language: "zh",
        subjects: &[
            "北京地铁",
            "上海港口",
            "广州医院",
            "深圳学校",
            "成都大熊猫",
            "杭州西湖",
            "南京博物馆",
            "武汉大桥",
            "西安古城",
            "重庆火锅店",
            "天津工厂",
            "苏州园林",
        ],
        events: &[
            "票价明年将会上调",
            "迎来大量游客",
            "开始改造工程",
            "公布年度预算",
            "因暴雨暂停开放",
            "举办春季展览",
            "招聘两百名员工",
            "启用全新系统",
            "增加夜间班次",
            "发生轻微火灾",
        ],
        joint: "，",
        story: [
            "华为发布全新操作系统鸿蒙星河版",
            "华为今天正式发布鸿蒙星河版系统",
            "鸿蒙星河版来了：华为手机率先升级",
            "华为鸿蒙星河版公布升级名单",
            "网友热议华为鸿蒙星河版新功能",
        ],
        name: "鸿蒙星河版",
        longest: 12,
    },
    Script {
        language: "th",
        subjects: &[
            "รถไฟฟ้ากรุงเทพ",
            "ชาวนาเชียงใหม่",
            "โรงพยาบาลภูเก็ต",
            "โรงเรียนขอนแก่น",
            "ตลาดน้ำอัมพวา",
            "ท่าเรือระยอง",
            "พิพิธภัณฑ์อยุธยา",
            "สนามบินหาดใหญ่",
            "วัดพระแก้ว",
            "ห้องสมุดนครปฐม",
        ],
        events: &[
            "เตรียมขึ้นค่าโดยสารปีหน้า",
            "ขาดแคลนแรงงานอย่างหนัก",
            "ปิดปรับปรุงสามเดือน",
            "ต้อนรับนักท่องเที่ยวจำนวนมาก",
            "จัดนิทรรศการภาพวาด",
            "ถูกน้ำท่วมสูง",
            "เปิดรับสมัครพนักงาน",
            "ได้รับงบประมาณเพิ่ม",
            "ซ่อมถนนเสร็จแล้ว",
        ],
        joint: " ",
        story: [
            "แอปเปิลเปิดตัวไอโฟนจอพับรุ่นใหม่วันนี้",
            "วันนี้แอปเปิลเปิดตัวไอโฟนจอพับอย่างเป็นทางการ",
            "เปิดราคาไอโฟนจอพับในไทย แอปเปิลเปิดตัวแล้ว",
            "ไอโฟนจอพับมาแล้ว แอปเปิลเปิดตัวที่อเมริกา",
            "รีวิวไอโฟนจอพับ หลังแอปเปิลเปิดตัวเมื่อคืน",
        ],
        name: "ไอโฟนจอพับ",
        longest: 40,
    },
    Script {
        language: "ko",
        subjects: &[
            "서울 지하철이",
            "부산 항구가",
            "대구 병원이",
            "인천 공항이",
            "광주 미술관이",
            "대전 연구소가",
            "제주 농가가",
            "수원 시장이",
            "울산 공장이",
            "강릉 해변이",
        ],
        events: &[
            "요금을 인상한다",
            "관광객을 맞이한다",
            "보수 공사를 시작한다",
            "예산안을 통과시켰다",
            "직원을 모집한다",
            "태풍으로 폐쇄됐다",
            "전시회를 연다",
            "새로운 제도를 도입한다",
            "야간 운행을 늘린다",
        ],
        joint: ", ",
        story: [
            "삼성전자, 갤럭시링을 전격 공개",
            "삼성전자가 갤럭시링 공개… 가격은 미정",
            "갤럭시링은 무엇인가: 삼성전자의 새 반지",
            "삼성전자 갤럭시링의 예약 판매 공개",
            "공개된 삼성전자 갤럭시링, 반응은",
        ],
        name: "갤럭시링",
        longest: 24,
    },
    Script {
        language: "ar",
        subjects: &[
            "مترو القاهرة",
            "ميناء دبي",
            "مستشفى الرياض",
            "مدارس عمان",
            "متحف بيروت",
            "مزارعو تونس",
            "جسر بغداد",
            "مطار الدوحة",
            "أسواق دمشق",
            "مكتبة الإسكندرية",
        ],
        events: &[
            "يرفع الأسعار العام المقبل",
            "يستقبل آلاف السياح",
            "يبدأ أعمال الصيانة",
            "يقر ميزانية كبيرة",
            "يغلق بسبب العاصفة",
            "ينظم معرضا للصور",
            "يعلن وظائف شاغرة",
            "يطلق نظاما حديثا",
        ],
        joint: "، ",
        story: [
            "شركة نوفاتك تطلق المساعد الذكي مرجان",
            "نوفاتك تكشف عن المساعد مرجان الذكي",
            "المساعد الذكي مرجان من شركة نوفاتك يصل اليوم",
            "كل ما نعرفه عن المساعد مرجان والشركة نوفاتك",
            "تجربة المساعد مرجان من نوفاتك",
        ],
        name: "مرجان",
        longest: 40,
    },
    Script {
        language: "hi",
        subjects: &[
            "दिल्ली मेट्रो",
            "मुंबई बंदरगाह",
            "चेन्नई अस्पताल",
            "कोलकाता विद्यालय",
            "जयपुर संग्रहालय",
            "पटना पुल",
            "लखनऊ बाजार",
            "भोपाल पुस्तकालय",
            "पंजाब किसान",
            "गोवा हवाईअड्डा",
        ],
        events: &[
            "किराया बढ़ाने वाला है",
            "पर्यटकों से भर गया",
            "मरम्मत कार्य शुरू",
            "बजट पारित",
            "तूफान के कारण बंद",
            "प्रदर्शनी लगाएगा",
            "भर्ती शुरू करेगा",
            "प्रणाली लागू करेगा",
        ],
        joint: ", ",
        story: [
            "इसरो ने गगनयान मिशन लॉन्च किया",
            "गगनयान मिशन: इसरो का रॉकेट लॉन्च सफल",
            "इसरो का गगनयान मिशन अंतरिक्ष पहुंचा",
            "गगनयान मिशन की पूरी कहानी, इसरो की जुबानी",
            "इसरो के गगनयान मिशन पर देश को गर्व",
        ],
        name: "गगनयान",
        longest: 40,
    },
];

/// Ten owners who say everyday things for nine days, and five who tell the story on the eighth.
pub(super) fn told(script: &Script) -> (Vec<Said>, usize) {
    let mut chatter = Vec::new();
    let mut n = 0;
    for slot in 0..9 * 6 {
        for owner in 0..10 {
            n += 1;
            let pick = |of: &[&'static str], by: usize| of[(n * by + n / 7 + slot) % of.len()];
            let title = pick(script.subjects, 5).to_owned() + pick(script.events, 3);
            let body = format!(
                "{}{}{}{}",
                pick(script.subjects, 7),
                pick(script.events, 11),
                script.joint,
                pick(script.events, 13)
            );
            chatter.push(said(
                slot as i64 * 240 + owner,
                &format!("owner{owner}"),
                &title,
                &body,
            ));
        }
    }
    let story = script.story.iter().zip(0..).map(|(title, n)| {
        let body = format!(
            "{title}{}{}",
            script.joint,
            script.story[(n as usize + 1) % 5]
        );
        said(7 * 1440 + 600 + n * 40, &format!("owner{n}"), title, &body)
    });
    let stream = stream([chatter, story.collect()]);
    (stream, 5)
}

#[test]
fn a_story_in_any_script_is_joined_bursts_and_has_a_name() {
    for script in &SCRIPTS {
        let (stream, size) = told(script);
        let mut tracker = Tracker::new(TrendSettings::default());
        let (mut next, mut trends) = (60, Vec::new());
        for (id, said) in stream.iter().enumerate() {
            while next < said.minute {
                trends.extend(tracker.check(at(next)));
                next += 60;
            }
            tracker.add(&item(id, said));
        }
        let language = script.language;
        let of_story = |id: &i64| script.story.contains(&stream[*id as usize].title.as_str());
        let trend = trends
            .iter()
            .rfind(|trend| trend.items.iter().any(of_story) && trend.evidence.owners >= 4);
        let labels: Vec<&str> = trends.iter().map(|trend| trend.label.as_str()).collect();
        let trend = trend.unwrap_or_else(|| panic!("{language}: no burst among {labels:?}"));
        assert_eq!(trend.languages, [language]);
        assert!(
            trend.items.iter().all(of_story),
            "{language}: chatter joined"
        );
        assert!(
            trend.items.len() + 1 >= size,
            "{language}: {} joined",
            trend.items.len()
        );
        assert!(
            trend.label.contains(script.name),
            "{language}: {}",
            trend.label
        );
        assert!(
            trend.label.chars().count() <= script.longest,
            "{language}: {}",
            trend.label
        );
        assert!(!trend.label.ends_with('의'), "{language}: {}", trend.label);
        let is_written = script
            .story
            .iter()
            .any(|title| title.contains(&trend.label));
        assert!(is_written, "{language}: nobody wrote {}", trend.label);
    }
}
