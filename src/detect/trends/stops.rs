//! Words that say nothing where the stop lists are silent, and what words lose before they are compared
//! in languages without a stemmer.

/// Words of news that say nothing, which the stop lists lack.
pub(super) fn also_stop(language: &str) -> impl Iterator<Item = &'static str> {
    let words = match language {
        "en" => {
            "new news say says said also may might one two first via amid could would us will get \
             gets still back"
        }
        "ru" => {
            "это который которые которая которого свои своих году года год лет также будет стало стал \
             стали новости заявил сообщил сообщает рассказал рассказали из-за"
        }
        "zh" => {
            "今天 昨天 明天 今日 昨日 明日 今年 去年 目前 日前 近日 表示 报道 報道 记者 記者 新闻 新聞 \
             消息 最新 正式 宣布 进行 進行 已经 已經 可以 我们 我們 他们 他們 这个 這個 一个 一個 没有 \
             沒有 什么 什麼 关于 關於 以及 通过 通過"
        }
        "ja" => {
            "今日 昨日 明日 本日 今年 昨年 来年 正式 発表 新聞 報道 記者 速報 最新 場合 問題 予定 開始 など \
             について による において として ところ ことが という これは それは から まで より だけ では には \
             です ます した して する される された しました しています されました なった なり なりました \
             できる となる となり となった になり になりました へと ながら ため ための によると"
        }
        "ko" => {
            "오늘 어제 내일 올해 지난 이번 관련 대한 위해 통해 따라 따르면 밝혔다 말했다 전했다 있다 없다 \
             있는 없는 했다 한다 하는 및 등 그리고 하지만 기자 뉴스 속보"
        }
        "th" => {
            "การ ที่ ของ ใน และ เป็น มี ได้ ให้ จะ ว่า จาก กับ โดย ความ นี้ แล้ว ไม่ วันนี้ เมื่อ ต่อ แต่ อยู่ ไป \
             มา ถึง ตาม หรือ ซึ่ง ยัง นั้น"
        }
        "hi" => {
            "के का की में से को ने और है हैं पर यह वह कि एक भी नहीं तो ही हो था थी थे कर गया गई लिए इस उस साथ \
             बाद अब आज कल क्या जो किया कहा"
        }
        "uk" => {
            "і й та що це як вже чому коли ще має або але для від до за на із зі у в з під після про при щоб \
             який яка яке які його її їх він вона вони ми ви був була було були є не"
        }
        "be" => {
            "і ў та што гэта як ужо чаму калі яшчэ мае або але для ад да за на са пад пасля пра пры каб які \
             якая якое якія яго яе іх ён яна яны мы вы быў была было былі не"
        }
        "bg" => {
            "и на за се от със че ще в във с по не са е до при като но или как след какво това този тази още \
             вече има"
        }
        "sr" => {
            "и у на за се од са да је су по не до при као али или како после шта ово још већ има ће"
        }
        "mk" => "и во на за се од со дека ќе по не до при како но или што ова уште веќе има е",
        "pl" => {
            "i w na z do się nie jest to że o jak po od za przez dla oraz ale czy już tylko co przy pod tym \
             są był była będzie ma ze we"
        }
        "cs" => {
            "a v na se je z do to že s o i pro za po jak ale by byl byla jsou bude má od při ve ke jako nebo \
             už jen co"
        }
        _ => "",
    };
    words.split_whitespace()
}

/// Is a word of no weight by its letters alone: a single one, an ending of Japanese, a particle of Chinese?
pub(super) fn says_nothing(word: &str) -> bool {
    let hiragana = |c: char| matches!(c, '\u{3041}'..='\u{309f}');
    let han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    let mut chars = word.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (None, ..) => true,
        (Some(one), None, _) => one.is_alphabetic() && !han(one),
        (Some(one), Some(two), None) => {
            let is_particle = |c: char| "的了吗嗎呢啊吧".contains(c);
            (hiragana(one) && hiragana(two)) || is_particle(one) || is_particle(two)
        }
        _ => false,
    }
}

/// A word without the particles that its language glues to it.
pub(super) fn root<'a>(word: &'a str, language: &str) -> &'a str {
    match language {
        "ko" => korean(word),
        "ar" => arabic(word),
        _ => word,
    }
}

/// Case particles go as long as two syllables are left.
fn korean(word: &str) -> &str {
    const PARTICLES: [&str; 27] = [
        "으로부터",
        "에서는",
        "에게서",
        "까지",
        "부터",
        "에서",
        "에게",
        "으로",
        "라고",
        "처럼",
        "에는",
        "과의",
        "와의",
        "이나",
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "의",
        "에",
        "로",
        "와",
        "과",
        "도",
        "만",
    ];
    let is_hangul = |c: char| matches!(c, '\u{ac00}'..='\u{d7a3}');
    PARTICLES
        .into_iter()
        .filter_map(|particle| word.strip_suffix(particle))
        .find(|rest| rest.chars().count() >= 2 && rest.chars().all(is_hangul))
        .unwrap_or(word)
}

/// The article goes, with what is glued before it.
fn arabic(word: &str) -> &str {
    ["وال", "بال", "كال", "فال", "لل", "ال"]
        .into_iter()
        .filter_map(|article| word.strip_prefix(article))
        .find(|rest| rest.chars().count() >= 3)
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_and_articles_go() {
        assert_eq!(root("삼성전자가", "ko"), root("삼성전자를", "ko"));
        assert_eq!(root("나이", "ko"), "나이");
        assert_eq!(root("والشركة", "ar"), root("الشركة", "ar"));
        assert_eq!(root("apple", "en"), "apple");
    }

    #[test]
    fn what_says_nothing_is_known_by_its_letters() {
        for word in ["", "a", "を", "した", "的新"] {
            assert!(says_nothing(word), "{word}");
        }
        for word in ["米", "さくら", "新型", "go", "7", "ゲーム"] {
            assert!(!says_nothing(word), "{word}");
        }
    }
}
