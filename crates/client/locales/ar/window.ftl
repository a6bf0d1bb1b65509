# Not yet reviewed by a native reader.

## Everywhere

close-notice = إغلاق
more-about-keeping = ما معنى هذا؟

## Sign in

sign-in-title = تسجيل الدخول
add-account-title = إضافة حساب
sign-in-lead = يجري ذلك في متصفحك أنت. لا يرى { $app } كلمة مرورك أبدًا.
sign-in-before = يُفتح متصفحك. وحين تنتهي تعود إلى هنا من تلقاء نفسك.
sign-in-with = الدخول عبر { $provider }
sign-in-with-google = تسجيل الدخول باستخدام Google
sign-in-needs-setup = يحتاج إلى إعداد
sign-in-none-title = لا مزوّد بعد
sign-in-none = بُني { $app } بلا مزوّد للدخول. يستطيع مطوّره إضافة واحد.
back-to-accounts = العودة إلى حساباتك

## Where it is kept

keeping-checking = يُبحث عن سلسلة مفاتيحك…
keeping-keychain = مقفل بمفتاح من { $keychain }
keeping-keychain-more = ما يحفظه { $app } في ملفات مختومة على هذا الحاسوب، ومفتاحها في { $keychain }. هذا يحمي قرصًا ضائعًا أو نسخة احتياطية منقولة؛ وتستطيع برامج أخرى تشغّلها أن تطلب ذلك المفتاح من { $keychain }.
keeping-passphrase = مقفل بعبارة مرورك
keeping-passphrase-more = ما يحفظه { $app } في ملفات مختومة على هذا الحاسوب. لا تفتحها إلا عبارة مرورك، ولا يستطيع أحد استعادتها.
keeping-memory = غير محفوظ: هذه الجلسة فقط
unlock-keychain = فتح القفل…
look-again = انظر من جديد
keeping-memory-more = { $reason }. ما تسجّل الدخول إليه الآن يُنسى حين يُغلق { $app }.

## Waiting

waiting-title = تابع في متصفحك
waiting-preparing-title = يجري التحضير
waiting-preparing = يُسأل { $provider } أين يكون الدخول.
waiting-opening = يُفتح { $host } في متصفحك.
waiting-opened = فُتح { $host }. تعود إلى هنا من تلقاء نفسك.
waiting-scheme = إن سألك متصفحك هل يفتح { $app } فقل نعم.
waiting-loopback = حين تقول الصفحة إنك انتهيت يمكنك إغلاقها.
waiting-failed-title = لم يُفتح متصفحك
waiting-failed = انسخ هذا الرابط وافتحه في متصفحك. تعود إلى هنا من تلقاء نفسك.
waiting-link = رابط لمتصفحك
step-opened = فُتح المتصفح
step-waiting = تسجّل دخولك
step-back = عدت إلى هنا
step-done = تم
step-now = الآن
step-later = لاحقًا
open-again = فتح من جديد
copy-link = نسخ الرابط
link-copied = نُسخ الرابط
browser-asked-again = طُلب من متصفحك مرة أخرى
device-title = أدخل هذا الرمز
device-lead = افتح { $host } على أي شاشة وأدخله هناك.
device-code = الرمز المطلوب إدخاله
device-page = الصفحة التي يُدخل فيها
device-caution = لا تدخل إلا رمزًا طلبته بنفسك كما فعلت الآن. من يرسل إليك رمزًا يريد الدخول باسمك.
device-expires = { $minutes ->
    [one] يصلح الرمز دقيقة أخرى.
    [two] يصلح الرمز دقيقتين أخريين.
    [few] يصلح الرمز { $minutes } دقائق أخرى.
   *[other] يصلح الرمز { $minutes } دقيقة أخرى.
}
device-expires-now = يوشك الرمز أن ينتهي.
open-page = فتح الصفحة
copy-code = نسخ الرمز
code-copied = نُسخ الرمز
use-code = استعمال رمز

waiting-hint-title = ألم يحدث شيء؟
waiting-hint = ابحث عن لسان جديد خلف هذه النافذة. فإن لم يكن فافتح من جديد أو انسخ الرابط.
waiting-hint-scheme = إن كنت قد سجّلت دخولك هناك ولم يعد شيء فجرّب طريقة أخرى.
try-another-way = تجربة طريقة أخرى
waiting-long-title = ما زال الانتظار
waiting-long = مضت 5 دقائق. يمكنك المتابعة في متصفحك أو البدء من جديد برابط جديد.
waiting-expires = { $minutes ->
    [one] يصلح الرابط دقيقة أخرى.
    [two] يصلح الرابط دقيقتين أخريين.
    [few] يصلح الرابط { $minutes } دقائق أخرى.
   *[other] يصلح الرابط { $minutes } دقيقة أخرى.
}
waiting-expires-now = يوشك الرابط أن ينتهي.
restart = البدء من جديد
cancel = إلغاء
cancelled-here = أُلغي. إن بقيت الصفحة مفتوحة في متصفحك فيمكنك إغلاقها.

## Completing

completing-title = يكاد ينتهي
completing = أدخلك { $provider }. يفحص { $app } الجواب.

## Account

account-signed-in = تم الدخول باسم { $name }
account-verified = مؤكد
account-not-verified = غير مؤكد
account-unverified = لم يؤكده { $provider }: لا يوقّع شيئًا يقول من أنت.
account-no-email = لم يُشارَك أي بريد إلكتروني
account-provider = المزوّد
account-issuer = المُصدر
account-allowed-title = ما سمحت به
account-not-allowed = غير مسموح
account-nothing-allowed = لم يقل { $provider } ما الذي سُمح به.
ask-again = اطلب من جديد ما لم يُسمح به
connected-apps = انظره وغيّره عند { $provider }
account-session-title = الجلسة
account-session = الوصول
account-signed-in-at = تسجيل الدخول
account-refreshed-at = آخر تجديد
account-kept = الحفظ
session-renews = تتجدد من تلقاء نفسها
session-renewing = تُجدَّد الآن
session-open-ended = لم تُذكر نهاية
session-ended = انتهت
session-expired = انقضت
session-less-than-a-minute = بقي أقل من دقيقة
session-minutes = { $count ->
    [one] بقيت دقيقة واحدة
    [two] بقيت دقيقتان
    [few] بقيت { $count } دقائق
   *[other] بقيت { $count } دقيقة
}
session-hours = { $count ->
    [one] بقيت ساعة واحدة
    [two] بقيت ساعتان
    [few] بقيت { $count } ساعات
   *[other] بقيت { $count } ساعة
}
session-days = { $count ->
    [one] بقي يوم واحد
    [two] بقي يومان
    [few] بقيت { $count } أيام
   *[other] بقي { $count } يومًا
}
session-ended-title = انتهت جلستك
session-ended-text = يريد { $provider } أن يراك من جديد قبل أن يتابع { $app }.
sign-in-again = الدخول من جديد
sign-out = تسجيل الخروج…
sign-out-title = تسجيل خروج { $name }؟
sign-out-forget = ينسى { $app } هذا الحساب على هذا الحاسوب.
sign-out-revoke = اطلب من { $provider } سحب ما أعطاه
sign-out-revoke-text = وإلا بقي صالحًا حتى ينتهي من تلقاء نفسه.
sign-out-browser = اخرج من { $provider } في متصفحك أيضًا
sign-out-browser-text = قد تخرج كذلك برامج وصفحات أخرى تستعمل { $provider } في ذلك المتصفح.
confirm-sign-out = تسجيل الخروج
keep-signed-in = البقاء
signing-out = يجري تسجيل الخروج…

## What was allowed

scope-openid = معرفة أنك أنت، في كل دخول
scope-profile = اسمك وصورتك
scope-email = بريدك الإلكتروني
scope-address = عنوانك البريدي
scope-phone = رقم هاتفك
scope-offline_access = البقاء مسجّل الدخول في غيابك

## Accounts

accounts-title = الحسابات
account-of = { $name }، { $provider }
account-of-ended = { $name }، { $provider }، انتهت الجلسة
add-account = إضافة حساب
search-accounts = بحث
more-accounts = { $count } غيرها: ابحث عنها

## Signed out

signed-out-title = تم تسجيل الخروج
signed-out-lead = هذا ما جرى لحساب { $name }.
report-forgotten = نُسي على هذا الحاسوب.
report-not-forgotten = ما زال شيء منه على هذا الحاسوب. حاول تسجيل الخروج من جديد.
report-key-deleted = كان آخر حساب، فأُزيل المفتاح من سلسلة المفاتيح أيضًا.
report-revoked = أكد { $provider } أن ما أُعطي لـ{ $app } لم يعد صالحًا.
report-unsupported = ليس عند { $provider } طريقة لسحبه. ما أُعطي لـ{ $app } نُسي هنا وينتهي من تلقاء نفسه.
report-queued = تعذر الوصول إلى { $provider } لسحبه. يطلب { $app } ذلك من جديد من تلقاء نفسه، حتى بعد إغلاقه.
report-refused = رفض { $provider } سحبه. ما أُعطي لـ{ $app } نُسي هنا وقد يبقى صالحًا حتى ينتهي.
report-nothing-to-revoke = لم يبق عند { $provider } ما يُسحب.
report-not-revoked = لم يُطلب من { $provider } سحبه. ما أُعطي لـ{ $app } نُسي هنا وينتهي من تلقاء نفسه.
report-browser-asked = أُرسل متصفحك إلى { $provider } لتسجيل الخروج هناك.
report-browser-unsupported = ليس عند { $provider } صفحة للخروج. يبقى متصفحك مسجّل الدخول هناك.
report-browser-unavailable = تعذرت معرفة مكان صفحة الخروج عند { $provider }. يبقى متصفحك مسجّل الدخول هناك.
report-browser-not-opened = تعذر فتح متصفحك، فيبقى مسجّل الدخول هناك.
report-done = تم
report-attention = للانتباه
done = انتهى

## It did not work

their-words = يقول { $provider }:
technical-detail = تفصيل تقني
technical-kind = النوع
technical-what = التفصيل
technical-section = المعيار
try-again = المحاولة من جديد
show-registration = كيفية الإعداد
go-back = رجوع

## Not configured

not-configured-title = إعداد الدخول عبر { $provider }
not-configured-lead = يريد { $provider } أن يعرف البرنامج قبل أن يسجّل الناس دخولهم به. يفعل ذلك مطوّر البرنامج مرة واحدة.
not-configured-console = سجّل البرنامج هنا
open-console = فتح في المتصفح
client-type-desktop = النوع «Desktop app»
client-type-desktop-text = يعطي معرّف عميل وسر عميل. سر هذا النوع ليس سرًا: يقول ذلك { $provider } نفسه. لا شيء يُدخل لطريق العودة؛ فهو يستعمل { $uri }.
client-type-ios = النوع «iOS»
client-type-ios-text = يعطي معرّف عميل بلا سر. طريق العودة رابط يُصنع من ذلك المعرّف، فيُحدد عند بناء البرنامج لا هنا.
redirect-uris = سجّله طريقًا للعودة (redirect URI)
drop-client-file = أو ألقِ على هذه النافذة ملف العميل الذي نزّلته هناك.
client-id = معرّف العميل
client-id-missing = أدخل معرّف العميل.
client-secret = سر العميل
client-secret-optional = اتركه فارغًا إن لم تُعطَ واحدًا.
save-client = حفظ
saving-client = يُحفظ…
client-ready = أُعدّ { $provider }. يمكنك الدخول به الآن.

## The doctor

examine = فحص هذا الحاسوب
doctor-title = هل كل شيء على ما يرام؟
doctor-looking = يجري النظر…
doctor-found = { $count ->
    [0] لا شيء يعيق تسجيل الدخول.
    [one] شيء واحد يعيق تسجيل الدخول.
    [two] شيئان يعيقان تسجيل الدخول.
    [few] { $count } أشياء تعيق تسجيل الدخول.
   *[other] { $count } شيئًا تعيق تسجيل الدخول.
}
doctor-ask-browser = جرّب في متصفحك
doctor-browser-waits = اضغط الزر في الصفحة التي فُتحت في متصفحك.
examine-again = انظر من جديد
repaired = أُصلح. يُنظر من جديد.

## How it happened

how-it-happened = كيف حدث ذلك
how-it-happens = كيف يحدث ذلك
story-title = كيف حدث ذلك
story-sign-in = الدخول عبر { $provider }.
story-refresh = جُدّدت جلسة عند { $provider }.
story-sign-out = الخروج من { $provider }.
story-under-way = ما زال جاريًا.
story-ended-well = { $seconds ->
    [one] نجح في ثانية واحدة.
    [two] نجح في ثانيتين.
    [few] نجح في { $seconds } ثوانٍ.
   *[other] نجح في { $seconds } ثانية.
}
story-level = كيف يُروى
in-plain-words = بكلمات بسيطة
for-developers = للمطوّرين
story-parties = المشاركون
story-between = من { $from } إلى { $to }
story-checks = ما فُحص
story-when = متى
story-after = بعد { $ms } مث من البداية
story-took = استغرق { $ms } مث
story-host = المضيف
story-status = حالة HTTP
story-not-shown = غير معروض
story-left-out = { $count ->
    [one] تُركت خطوة أخرى.
    [two] تُركت خطوتان أخريان.
    [few] تُركت { $count } خطوات أخرى.
   *[other] تُركت { $count } خطوة أخرى.
}
story-none-title = لم يعد يُعرف عنه شيء
story-none = يتذكر { $app } كيف حدث الأمر حتى يُغلق. سجّل دخولك من جديد لتراه.
outcome-under-way = جارٍ
outcome-remembered = معروف من قبل
outcome-needless = لا شيء يُفعل
outcome-put-off = لاحقًا
outcome-failed = توقف هنا
outcome-abandoned = تُرك
check-passed = جيد
check-failed = غير جيد
check-skipped = لم يُنظر فيه
copy-report = نسخ التقرير
report-copied = نُسخ التقرير

story-why-discovery = يخبر المزوّد أين أبوابه، فلا يحتاج { $app } إلى التخمين ولا يستطيع أحد أن يقوده إلى مكان آخر.
story-why-keys = بهذه المفاتيح العلنية يعرف { $app } أن ما يعود وقّعه المزوّد حقًا.
story-why-door-opened = على الجواب أن يعود من متصفحك: برابط يخص { $app }، أو إلى عنوان لا يصله إلا هذا الحاسوب.
story-why-authorization-request = يقول الرابط من يطلب وماذا. ويحمل بصمة سر يحتفظ به { $app } لنفسه (PKCE): لا يستعمل الجواب إلا من يعرف السر.
story-why-parked = يجوز إغلاق { $app } وأنت في متصفحك. ما يحتاجه للمتابعة مقفل عليه حتى يأتي الجواب.
story-why-browser-opened = تسجّل دخولك في متصفحك أنت، حيث ترى عنوان المزوّد وحيث تسكن كلمات مرورك. لا يراها { $app } أبدًا.
story-why-redirect-received = ما يعود رمز لا المفتاح نفسه: قد يراه غيرك وهو يمر بالمتصفح. وحده لا يفتح شيئًا، ويصلح مرة واحدة.
story-why-code-exchange = يسلّم { $app } الرمز بنفسه إلى المزوّد مباشرة لا عبر المتصفح، مع السر الذي كانت بصمته في الرابط. ويُرسل بطريقة POST كيلا يبقى في أي تاريخ أو سجل عناوين.
story-why-id-token-verified = كل فحص يمنع حيلة: جوابًا لبرنامج آخر، أو جوابًا قديمًا، أو من مزوّد آخر، أو بُدّل في الطريق.
story-why-user-info = يُسأل عن الاسم والصورة بما أُعطي الآن، ولا يُعتد بهما إلا إن كانا للشخص نفسه.
story-why-account-stored = ما أُعطي مختوم بمفتاح في سلسلة مفاتيحك.

quiz-title = اختبر نفسك
quiz-right = صحيح.
quiz-wrong = ليس تمامًا.
quiz-code = لماذا يعود عبر المتصفح رمز لا مفتاح حسابك؟
    .a = الرمز أقصر ويتسع له الرابط.
    .a-why = يتسع الرابط للمفاتيح أيضًا. المهم من يستطيع رؤية ما يمر بالمتصفح.
    .b = ما يمر بالمتصفح قد يراه غيرك؛ والرمز وحده لا يفتح شيئًا.
    .b-why = يصلح مرة واحدة، دقيقة أو دقيقتين، ومع سر لم يكن في المتصفح قط.
    .c = يريد { $provider } أن يعرف أي متصفح تستعمل.
    .c-why = ذلك معروف على كل حال. الرمز للبرنامج لا للمتصفح.
quiz-pkce = التقط برنامج آخر الرمز قبل هذا. ما الذي يمنعه من استعماله؟
    .a = لا يعرف السر الذي كانت بصمته في الرابط.
    .a-why = هذا هو PKCE: لم يغادر السر هذا البرنامج قط، ويطلبه { $provider } مع الرمز.
    .b = الرمز معمّى.
    .b-why = ليس كذلك. من يملكه يقرؤه؛ ولا فائدة منه بلا السر.
    .c = ليس عنده سر عميل.
    .c-why = سر عميل موجود في كل نسخة من البرنامج ليس سرًا.
quiz-secret = ما قيمة سر العميل في برنامج على الحاسوب؟
    .a = يثبت لـ{ $provider } أن البرنامج أصلي.
    .a-why = من عنده البرنامج عنده السر ويستطيع استخراجه.
    .b = يعمّي ما يُرسل.
    .b-why = الاتصال (TLS) يفعل ذلك. سر العميل لا يعمّي شيئًا.
    .c = قليلة: هو في كل نسخة فلا يثبت شيئًا. PKCE هو الذي يعمل.
    .c-why = يريده بعض المزوّدين مع ذلك، ويقولون هم إنه ليس سرًا.
quiz-state = عاد جواب لم يطلبه هذا البرنامج. ماذا يحدث؟
    .a = يُجرَّب، فإن صلح الرمز سُجّل دخولك.
    .a-why = إذن لأمكن غيرك أن يدخلك إلى حسابه دون أن تلاحظ.
    .b = يوضع جانبًا: الـ state فيه لا يخص أي دخول بدأ هنا.
    .b-why = لكل دخول رقم لا يُخمَّن، ولا يُعتد إلا بجواب يحمله.
    .c = يُسأل { $provider } هل هو صحيح.
    .c-why = لا يستطيع { $provider } أن يعرف ما أردت. على البرنامج أن يتذكر ما طلبه.

## Settings

settings = الإعدادات
settings-title = الإعدادات
settings-theme = الألوان
theme-system = كما في النظام
theme-light = فاتحة
theme-dark = داكنة
settings-language = اللغة
language-system = كما في النظام
language-not-reviewed = اللغات غير الإنجليزية لم يراجعها بعد من نشؤوا عليها.
settings-way = كيف تعود من متصفحك
way-itself = بأفضل ما يصلح هنا
way-itself-text = رابط إلى { $app } حيث تصل الروابط، وإلا فعنوان على هذا الحاسوب.
way-scheme = برابط
way-scheme-text = قد يسألك متصفحك هل يفتح { $app }.
way-loopback = بعنوان على هذا الحاسوب
way-loopback-text = تقول صفحة في متصفحك متى يمكنك إغلاقها.
remove-all-title = إزالة كل البيانات
remove-all-question = إزالة كل البيانات؟
remove-all-text = يُسجَّل خروج كل حساب، ويُطلب من كل مزوّد مرة واحدة سحب ما أعطاه، ويُزال كل ما يحفظه { $app } على هذا الحاسوب مع المفتاح في سلسلة مفاتيحك. لا رجعة في ذلك.
remove-all = إزالة كل البيانات…
confirm-remove-all = إزالة كل البيانات
keep-all = إبقاؤها
removing-all = تجري الإزالة…
removed-title = أُزيلت كل البيانات.
removed-accounts = { $count ->
    [0] لم يكن أي حساب مسجّل الدخول.
    [one] سُجّل خروج حساب واحد.
    [two] سُجّل خروج حسابين.
    [few] سُجّل خروج { $count } حسابات.
   *[other] سُجّل خروج { $count } حسابًا.
}
removed-undelivered = { $count ->
    [one] تعذر الطلب من مزوّد واحد سحب ما أعطاه؛ يبقى صالحًا حتى ينتهي.
    [two] تعذر الطلب مرتين من مزوّد سحب ما أعطاه؛ يبقى صالحًا حتى ينتهي.
   *[other] تعذر الطلب من مزوّد سحب ما أعطاه، عدد المرات { $count }؛ يبقى صالحًا حتى ينتهي.
}
removed-files = لم يبق شيء في الملفات.
removed-left = { $count ->
    [one] تعذرت إزالة ملف واحد.
    [two] تعذرت إزالة ملفين.
    [few] تعذرت إزالة { $count } ملفات.
   *[other] تعذرت إزالة { $count } ملفًا.
}
removed-key = أُزيل المفتاح من سلسلة المفاتيح.
removed-key-not = تعذرت إزالة المفتاح من سلسلة المفاتيح، أو لم يكن هناك مفتاح.
