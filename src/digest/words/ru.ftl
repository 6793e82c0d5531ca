# Тексты дайджестов по-русски. Ключи те же, что в других языках: за этим следит тест.
# Числа приходят уже записанными; $count ещё и выбирает форму множественного числа.

# даты
month-1 = января
month-2 = февраля
month-3 = марта
month-4 = апреля
month-5 = мая
month-6 = июня
month-7 = июля
month-8 = августа
month-9 = сентября
month-10 = октября
month-11 = ноября
month-12 = декабря
weekday-1 = понедельник
weekday-2 = вторник
weekday-3 = среда
weekday-4 = четверг
weekday-5 = пятница
weekday-6 = суббота
weekday-7 = воскресенье
date-day = { $day } { $month }
date-day-year = { $day } { $month } { $year }
date-short = { $day2 }.{ $month2 }
date-moment = { $date }, { $time }
date-with-weekday = { $weekday }, { $date }

# разделы
section-rules = Правила и платформы
section-trends = Тренды
section-competitors = Конкуренты
section-own = Наши площадки
section-radar = Радар: СМИ и неподтверждённое

# виды новостей
kind-rule_change = Правило
kind-new_item = Новость
kind-trend = Тренд
kind-first_seen = Впервые замечено
kind-spike = Упоминания
kind-hit = Зашло
kind-flop = Не зашло
kind-outage = Сбой
kind-silence = Тишина
kind-storm = Шквал постов
kind-deadline = Срок
kind-source_health = Наблюдение
class-limit = Лимит
class-ban = Запрет
class-permission = Разрешено
class-removed = Правило убрано
class-requirement = Обязанность
class-deprecation = Отключение
class-new_feature = Функция
class-price = Цена
class-privacy = Данные
class-wording = Формулировка

# важность
severity-breaking = Срочно
severity-important = Важно
severity-informational = К сведению

# карточка
card-changed = Что изменилось
quote-open = «
quote-close = »
card-was = Было
card-now = Стало
card-added = Добавлено
card-removed = Убрано
card-why = Почему важно
card-action = Что сделать
card-sources = Источники
card-more-sources = { $count ->
    [one] и ещё { $count }
    [few] и ещё { $count }
   *[many] и ещё { $count }
}
card-published = опубликовано { $when }
card-detected = замечено { $when }
card-effective = действует с { $when }
card-until = до { $when }
card-on = намечено на { $when }
card-held = отложено из прошлого выпуска
card-vote = Что скажете?
vote-fire = гораздо больше
vote-up = больше
vote-down = меньше
vote-mute = заглушить
withheld-night = отложено ночью
withheld-day_off = отложено в нерабочий день
withheld-budget = отложено: дневной лимит срочных исчерпан
withheld-topic = отложено: тема уже приходила срочной меньше суток назад
withheld-room = отложено: место заняли более срочные
card-areas = Касается: { $areas }
confirmed-official = подтверждено официально
confirmed-regulator = подтверждено регулятором
confirmed-watched = из первых рук
confirmed-media = { $count ->
    [one] по данным СМИ
    [few] по данным { $count } СМИ
   *[many] по данным { $count } СМИ
}
confirmed-stream = замечено в потоке
not-confirmed = не подтверждено
confidence = уверенность { $percent }
card-update = обновление уже рассказанного
card-more-places = { $count ->
    [one] и ещё { $count } место
    [few] и ещё { $count } места
   *[many] и ещё { $count } мест
}

# области
area-ads = реклама
area-content = контент
area-monetisation = монетизация
area-api = API
area-privacy = данные
area-accounts = аккаунты
area-commerce = торговля
area-ai = ИИ
area-minors = несовершеннолетние
area-recommendations = рекомендации
area-payments = платежи
area-legal = право

# почему важно и что сделать
why-limit = Изменился числовой предел: то, что раньше подходило, может не пройти, и наоборот.
why-ban = Теперь это запрещено.
why-permission = Теперь это разрешено.
why-removed = Того, что здесь запрещалось или обещалось, в тексте больше нет.
why-requirement = Появилась новая обязанность.
why-deprecation = Уходит то, на что вы могли опираться.
why-new_feature = Появилась новая возможность.
why-price = Изменилась цена или выплата.
why-privacy = Изменилась работа с данными людей.
why-wording = Правило сформулировано иначе; могли сдвинуться его границы.
why-outage = Публикации и реклама могут не выходить, а цифры — запаздывать.
why-deadline = Срок уже близко.
action-limit = Сверьте шаблоны и форматы с новым значением.
action-ban = Проверьте вышедшие и запланированные публикации.
action-permission = Решите, где этим воспользоваться.
action-removed = Прочитайте, что осталось на странице, прежде чем на это опираться.
action-requirement = Назначьте ответственного и срок.
action-deprecation = Найдите, где вы на это опираетесь, и запланируйте замену.
action-new_feature = Попробуйте на одной публикации.
action-price = Пересчитайте бюджет.
action-privacy = Покажите тому, кто отвечает за персональные данные.
action-wording = Прочитайте новый текст в первоисточнике.
action-new_item = Прочитайте первоисточник.
action-outage = Придержите публикации и предупредите клиентов, пока сбой не пройдёт.
action-trend = Решите сегодня, подходит ли тема бренду.
action-first_seen = Попробуйте и решите, стоит ли бренду быть среди первых.
action-spike = Прочитайте первые упоминания и решите, отвечать ли.
action-hit = Разберите: формат, тема, первая строка, время.
action-flop = Запомните, чего не повторять.
action-silence = Выясните, сменили ли они курс или площадку.
action-storm = Посмотрите, что они продвигают.
action-deadline = Проверьте, что всё готово.

# доказательства
evidence-number = { $place }: { $before } → { $after }
evidence-now = { $place }: { $after }
evidence-gone = { $place }: больше нет «{ $before }»
evidence-obligation = «{ $before }» → «{ $after }»
duty-ban = запрет
duty-permission = разрешение
duty-requirement = требование
evidence-baseline = { $multiple } к обычному для этого возраста: { $after } против { $before } ({ $place })
fact-count-owners = { $count ->
    [one] { $count } независимый источник
    [few] { $count } независимых источника
   *[many] { $count } независимых источников
}
fact-count-items = { $count ->
    [one] { $count } материал
    [few] { $count } материала
   *[many] { $count } материалов
}
fact-count-unseen_days = { $count ->
    [one] не встречалось { $count } день наблюдения
    [few] не встречалось { $count } дня наблюдения
   *[other] не встречалось { $count } дней наблюдения
}
fact-count-launched = { $count ->
    [one] о запуске говорит { $count } источник
    [few] о запуске говорят { $count } источника
   *[other] о запуске говорят { $count } источников
}
fact-count-sorted = { $count ->
    [one] { $count } источник говорит, что это такое
    [few] { $count } источника говорят, что это такое
   *[other] { $count } источников говорят, что это такое
}
fact-count-mentions = { $count ->
    [one] { $count } упоминание
    [few] { $count } упоминания
   *[many] { $count } упоминаний
}
stage-emerging = Зарождается: говорят первые источники
stage-rising = Растёт: источников прибавляется
stage-peaking = На пике
stage-fading = Спадает: нового меньше, чем на пике
stage-over = Закончился: нового больше нет
fact-baseline-none = обычно об этом не говорит никто
fact-baseline-mentions = обычно { $count }
fact-baseline-owners = обычно { $count } за такое время
chart-caption = { $what } по { $step } с { $since }; максимум { $peak }
series-items = Публикации
series-views = Просмотры
series-reactions = Реакции
series-comments = Комментарии
series-shares = Репосты
span-minutes = { $count } мин
span-hours = { $count } ч
span-days = { $count } дн.
fact-more = { $count ->
    [one] и ещё { $count }
    [few] и ещё { $count }
   *[many] и ещё { $count }
}
fact-usual = { $how ->
    [daily] Больше обычного для ежедневной темы
    [monday] Больше обычного для понедельника
    [tuesday] Больше обычного для вторника
    [wednesday] Больше обычного для среды
    [thursday] Больше обычного для четверга
    [friday] Больше обычного для пятницы
    [saturday] Больше обычного для субботы
    [sunday] Больше обычного для воскресенья
    [monthly] Больше обычного для ежемесячной темы
    [quarterly] Больше обычного для ежеквартальной темы
    [yearly] Больше, чем в прошлые годы
   *[other] Больше обычного
}: авторов { $after }, раньше не больше { $before }
fact-related = Рядом: { $list }

# первые строки
tldr-heading = Главное
tldr-deadline = Подготовьтесь до { $date } — { $title }
tldr-rule = Сверьтесь — { $title }
tldr-news = Прочитайте — { $title }
tldr-trend = Посмотрите на тренд — { $title }
tldr-first_seen = Попробуйте новое — { $title }
tldr-spike = Прочитайте упоминания — { $title }
tldr-hit = Разберите — { $title }
tldr-flop = Учтите — { $title }
tldr-outage = Придержите публикации — { $title }
tldr-over = Возвращайтесь к плану — { $title }
tldr-watch = Следите — { $title }
tldr-radar = Имейте в виду — { $title }

# рамка
window-first = первый выпуск, по { $until }
window-since = с { $since } по { $until }
left-out-heading = Не вошло
left-cosmetic = { $count ->
    [one] { $count } косметическая правка
    [few] { $count } косметические правки
   *[many] { $count } косметических правок
}
left-held = { $count ->
    [one] { $count } история ждёт следующего выпуска
    [few] { $count } истории ждут следующего выпуска
   *[many] { $count } историй ждут следующего выпуска
}
left-no_room = { $count ->
    [one] { $count } мелкая история дважды не поместилась
    [few] { $count } мелкие истории дважды не поместились
   *[many] { $count } мелких историй дважды не поместились
}
left-too_old = { $count ->
    [one] { $count } история устарела, не дождавшись
    [few] { $count } истории устарели, не дождавшись
   *[many] { $count } историй устарели, не дождавшись
}
left-returned = { $count ->
    [one] { $count } возврат к прежнему тексту
    [few] { $count } возврата к прежнему тексту
   *[many] { $count } возвратов к прежнему тексту
}
left-told = { $count ->
    [one] { $count } история уже рассказана, нового нет
    [few] { $count } истории уже рассказаны, нового нет
   *[many] { $count } историй уже рассказаны, нового нет
}
left-muted = { $count ->
    [one] { $count } история заглушена
    [few] { $count } истории заглушены
   *[many] { $count } историй заглушено
}
left-already = Уже сообщили срочно { $when }: { $title } ({ $id })
left-over = { $count ->
    [one] { $count } тренд закончился
    [few] { $count } тренда закончились
   *[many] { $count } трендов закончились
}
left-published-before-the-source-was-watched = { $count ->
    [one] { $count } старая запись нового источника
    [few] { $count } старые записи новых источников
   *[many] { $count } старых записей новых источников
}
left-told-by-its-entries = { $count ->
    [one] { $count } страница рассказана своими записями
    [few] { $count } страницы рассказаны своими записями
   *[many] { $count } страниц рассказаны своими записями
}
left-did-not-last = { $count ->
    [one] { $count } правка не удержалась
    [few] { $count } правки не удержались
   *[many] { $count } правок не удержались
}
left-changed-again-before-it-was-confirmed = { $count ->
    [one] { $count } правка сменилась другой
    [few] { $count } правки сменились другими
   *[many] { $count } правок сменились другими
}
left-waits-for-a-second-reading = { $count ->
    [one] { $count } изменение ждёт повторной проверки
    [few] { $count } изменения ждут повторной проверки
   *[many] { $count } изменений ждут повторной проверки
}
left-part-of-the-page-missing-waits-for-a-second-reading = { $count ->
    [one] { $count } страница без части текста ждёт повторной проверки
    [few] { $count } страницы без части текста ждут повторной проверки
   *[many] { $count } страниц без части текста ждут повторной проверки
}
left-returned-told-if-it-stays = { $count ->
    [one] { $count } возврат к прежнему тексту, скажем, если удержится
    [few] { $count } возврата к прежнему тексту, скажем, если удержатся
   *[many] { $count } возвратов к прежнему тексту, скажем, если удержатся
}
left-reports = { $count ->
    [one] { $count } пересказ в СМИ того, что сказала сама площадка
    [few] { $count } пересказа в СМИ того, что сказали сами площадки
   *[many] { $count } пересказов в СМИ того, что сказали сами площадки
}
left-open-for-less-than-15-minutes-so-far = { $count ->
    [one] { $count } сбой моложе 15 минут
    [few] { $count } сбоя моложе 15 минут
   *[many] { $count } сбоев моложе 15 минут
}
left-over-within-15-minutes = { $count ->
    [one] { $count } сбой короче 15 минут
    [few] { $count } сбоя короче 15 минут
   *[many] { $count } сбоев короче 15 минут
}
left-over-before-it-was-seen = { $count ->
    [one] { $count } сбой прошёл раньше, чем мы его увидели
    [few] { $count } сбоя прошли раньше, чем мы их увидели
   *[many] { $count } сбоев прошли раньше, чем мы их увидели
}
left-planned-maintenance = плановые работы: { $count }
left-a-notice-left-standing = старые объявления: { $count }
left-other = { $reason }: { $count }
health-heading = Состояние наблюдения
health-fine = { $fine ->
    [one] работает { $fine } источник из { $count }
    [few] работают { $fine } источника из { $count }
   *[many] работает { $fine } источников из { $count }
}
health-polls = { $count ->
    [one] { $count } проверка за это время
    [few] { $count } проверки за это время
   *[many] { $count } проверок за это время
}
health-failing = { $count ->
    [one] { $count } сбоит
    [few] { $count } сбоят
   *[many] { $count } сбоят
}
health-source = { $source }: { $message } ({ $count ->
    [one] { $count } неудача
    [few] { $count } неудачи
   *[many] { $count } неудач
} подряд, последний успех { $since })
health-source-never = { $source }: { $message } ({ $count ->
    [one] { $count } неудача
    [few] { $count } неудачи
   *[many] { $count } неудач
} подряд, успехов ещё не было)
health-more = { $count ->
    [one] и ещё { $count }; см. tidewatch status
    [few] и ещё { $count }; см. tidewatch status
   *[many] и ещё { $count }; см. tidewatch status
}
health-stale-rules = { $count ->
    [one] { $count } правило справочника не удалось проверить: tidewatch rules --stale
    [few] { $count } правила справочника не удалось проверить: tidewatch rules --stale
   *[other] { $count } правил справочника не удалось проверить: tidewatch rules --stale
}
health-next = Следующий выпуск: { $when }
health-zone = Время: { $zone }
shortened = { $count ->
    [one] Здесь сокращена { $count } история; в текстовой части выпуска она целиком
    [few] Здесь сокращены { $count } истории; в текстовой части выпуска они целиком
   *[many] Здесь сокращены { $count } историй; в текстовой части выпуска они целиком
}
explain-hint = tidewatch explain { $id } объяснит, почему это здесь
quiet = { $count ->
    [one] Всё тихо: проверен { $count } источник, изменений 0
    [few] Всё тихо: проверено { $count } источника, изменений 0
   *[many] Всё тихо: проверено { $count } источников, изменений 0
}
quiet-short = Всё тихо
quiet-instant = Срочного нет

# темы писем
subject-week = Неделя { $week }
subject-share = SoV { $share }
subject-from = с { $date }
subject-until = до { $date }
subject-on = на { $date }
count-hits = { $count ->
    [one] { $count } хит
    [few] { $count } хита
   *[many] { $count } хитов
}
count-trends = { $count ->
    [one] { $count } тренд
    [few] { $count } тренда
   *[many] { $count } трендов
}
count-rules = { $count ->
    [one] { $count } правило
    [few] { $count } правила
   *[many] { $count } правил
}
count-news = { $count ->
    [one] { $count } новость
    [few] { $count } новости
   *[many] { $count } новостей
}

# косметические правки, по причинам
edit-moved = перестановка
edit-spacing-and-punctuation = пробелы и знаки
edit-spelling = орфография
edit-date-of-the-page = дата страницы
edit-relative-time = относительное время
edit-counters = счётчики
edit-cookie-banner = плашка cookie
edit-navigation = навигация
edit-page-title = заголовок страницы
edit-cut-off-text = обрезанный текст
edit-announcement-of-the-past = прошедший анонс
edit-statistics = статистика
edit-links = ссылки
edit-units = то же в других единицах
edit-numbering = нумерация
edit-tokens = служебные метки
edit-pointer = отсылка
edit-small-words = мелкие слова
edit-other-language = другой язык
edit-page-gone-or-blocked = страница недоступна
edit-page-is-back = страница вернулась
edit-older-copy = старая копия
edit-credit-line = подпись сайта
edit-slight-wording = мелкая формулировка
edit-login-wall = форма входа
edit-login-prompt = приглашение войти
edit-part-of-the-page-missing = нет части страницы
edit-told-by-itself = рассказано отдельно

# сообщения о самой службе
notice-down-subject = ⚠ tidewatch: канал { $name } не работает
notice-up-subject = tidewatch: канал { $name } снова работает
notice-down = Канал { $name } не принимает сообщения с { $since } ({ $count ->
    [one] { $count } неудачная попытка
    [few] { $count } неудачные попытки
   *[many] { $count } неудачных попыток
}).
notice-why = Причина: { $why }.
notice-kept = Ничего не потеряно: сообщения ждут отправки и уйдут по порядку; другие каналы работают.
notice-kept-others = Остальные его сообщения ждут отправки и уйдут по порядку; другие каналы работают.
notice-parked = { $count ->
    [one] { $count } сообщение отложено
    [few] { $count } сообщения отложены
   *[many] { $count } сообщений отложено
}; когда причина устранена: { $command }
notice-test = Проверить сейчас: { $command }
notice-up = Канал { $name } снова принимает сообщения; он не работал с { $since }. Всё, что ждало, уходит сейчас по порядку.
notice-others = Не работают также: { $list }.

# таблицы обзорного выпуска
table-compared = Этот период и прошлый
table-rules = Журнал правил
table-deadlines = Ближайшие даты
table-topics = Темы
table-more = { $count ->
    [one] и ещё { $count }
    [few] и ещё { $count }
   *[many] и ещё { $count }
}
column-what = Что
column-now = Сейчас
column-before = Было
column-change = Изменение
column-date = Дата
column-where = Где
column-title = Что
column-severity = Важность
column-id = Номер
column-from = Когда
column-topic = Тема
column-owners = Источников
column-first = Впервые
table-voice = Доля голоса
column-mentions = Упоминания
column-share = Доля
column-detected = Замечено
column-kind = Что это
column-class = Класс
column-platform = Площадка
column-owner = Кто
column-gist = Суть
column-published = Опубликовано
column-confidence = Уверенность, %
column-address = Адрес
column-in-force = Действует с
