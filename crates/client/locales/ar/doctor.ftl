# Not yet reviewed by a native reader.

doctor-state-good = جيد
doctor-state-advice = يمكن أن يكون أفضل
doctor-state-broken = لا يعمل
doctor-state-not-checked = لم يُفحص

## Keychain

doctor-keychain-title = سلسلة المفاتيح
doctor-keychain-keeps = تحفظ { $keychain } ما يعطيها { $app }.
doctor-keychain-passphrase = لا حاجة إليها: ما يحفظه { $app } مختوم بعبارة مرورك.
doctor-keychain-locked = سلسلة مفاتيحك مقفلة.
doctor-keychain-locked-remedy = افتحها، غالبًا بكلمة مرور هذا الحاسوب.
doctor-keychain-no-service = لا تجيب أي سلسلة مفاتيح على هذا الحاسوب.
doctor-keychain-no-service-remedy = ثبّت واحدة مثل GNOME Keyring أو KWallet وادخل إلى سطح مكتبك من جديد. إلى ذلك الحين تبقى مسجّل الدخول ما دام { $app } يعمل.
doctor-keychain-no-collection = ليس في سلسلة مفاتيحك مكان لحفظ شيء.
doctor-keychain-no-collection-remedy = افتح برنامج سلسلة مفاتيحك وأنشئ حلقة مبدئية.
doctor-keychain-denied = لا تسمح سلسلة مفاتيحك بدخول { $app }.
doctor-keychain-denied-remedy = إن سألتك فقلت لا فدع { $app } ينظر من جديد وقل نعم. وإلا فابحث عن { $app } في إعدادات سلسلة مفاتيحك.
doctor-keychain-silent = لا تجيب سلسلة مفاتيحك.
doctor-keychain-silent-remedy = قد تنتظرك في نافذة لها. فإن لم تكن فاخرج من سطح مكتبك وعد.
doctor-keychain-ambiguous = في سلسلة مفاتيحك أكثر من مدخلة لـ{ $app }.
doctor-keychain-ambiguous-remedy = افتح برنامج سلسلة مفاتيحك وابحث عن مدخلات { $app }. أبقِ أقدمها: الأرجح أن ما يحفظه { $app } مقفل بها.
doctor-keychain-not-kept = لا تعيد سلسلة مفاتيحك ما يضعه { $app } فيها.
doctor-keychain-not-kept-remedy = لا يأتمنها { $app } على شيء. حدّثها أو استعمل غيرها.
doctor-keychain-changed = تعمل سلسلة مفاتيح غير التي فيها مفتاح { $app }.
doctor-keychain-changed-remedy = شغّل التي استعملتها من قبل ثم انظر من جديد.
doctor-keychain-other-key = في سلسلة مفاتيحك مفتاح لـ{ $app } غير الذي استُعمل.
doctor-keychain-other-key-remedy = إن استعدت سلسلة مفاتيحك من نسخة احتياطية فاستعد الأحدث ثم انظر من جديد.
doctor-keychain-failed = أخفقت سلسلة مفاتيحك.
doctor-keychain-failed-remedy = اخرج من سطح مكتبك وعد ثم انظر من جديد.

## Vault

doctor-vault-title = ما يحفظه { $app }
doctor-vault-whole = { $records ->
    [0] لا شيء محفوظ، فلا شيء تالف.
    [one] سجل مختوم واحد، وهو يُفتح.
    [two] سجلان مختومان، وكلاهما يُفتح.
    [few] { $records } سجلات مختومة، وكلها تُفتح.
   *[other] { $records } سجلًا مختومًا، وكلها تُفتح.
}
doctor-vault-set-aside-before = { $set_aside ->
    [one] لم يُفتح سجل واحد من قبل فوُضع جانبًا.
    [two] لم يُفتح سجلان من قبل فوُضعا جانبًا.
   *[other] لم تُفتح سجلات من قبل فوُضعت جانبًا، وعددها { $set_aside }.
} ما سوى ذلك يُفتح.
doctor-vault-set-aside-before-remedy = ربما طُلب منك الدخول من جديد. ليس هناك ما يُفعل غير ذلك.
doctor-vault-too-new = { $too_new ->
    [one] كتب إصدار أحدث من { $app } سجلًا واحدًا.
    [two] كتب إصدار أحدث من { $app } سجلين.
   *[other] كتب إصدار أحدث من { $app } سجلات عددها { $too_new }.
}
doctor-vault-too-new-remedy = حدّث { $app } لاستعمالها.
doctor-vault-damaged = { $accounts ->
    [0] لا حساب تالف، لكن سجلات أخرى لا تُفتح.
    [one] حساب واحد لا يُفتح.
    [two] حسابان لا يُفتحان.
   *[other] حسابات لا تُفتح، وعددها { $accounts }.
}
doctor-vault-damaged-remedy = { $accounts ->
    [0] يمكن وضعها جانبًا. لا يُحذف شيء.
   *[other] يمكن وضعها جانبًا ولا يُحذف شيء. ثم سجّل دخولك إليها من جديد.
}
doctor-vault-key-gone = { $records ->
    [one] فقدت سلسلة مفاتيحك المفتاح، فلا يُفتح السجل الوحيد الذي يحفظه { $app }.
   *[other] فقدت سلسلة مفاتيحك المفتاح، فلا يُفتح أي من السجلات التي يحفظها { $app }، وعددها { $records }.
}
doctor-vault-key-gone-remedy = إن كان { $app } ما زال يعرف المفتاح فيستطيع رده. وإلا توضع السجلات جانبًا وتسجّل دخولك من جديد.
doctor-vault-key-elsewhere = تعمل سلسلة مفاتيح غير التي فيها مفتاح { $app }، فلا يُفتح المحفوظ.
doctor-vault-key-elsewhere-remedy = شغّل التي استعملتها من قبل وافتحها ثم انظر من جديد: لم يتغير شيء. لا يستطيع { $app } ذلك عنك. إن ذهبت تلك السلسلة فيستطيع { $app } البدء من الصفر: يوضع المحفوظ جانبًا ولا يُحذف، وتسجّل دخولك من جديد.
doctor-vault-key-replaced = في سلسلة مفاتيحك مفتاح غير الذي استُعمل، فلا يُفتح ما يحفظه { $app }.
doctor-vault-key-replaced-remedy = إن استعدت سلسلة مفاتيحك من نسخة احتياطية فاستعد الأحدث ثم انظر من جديد: لم يتغير شيء. وإن لم توجد فيستطيع { $app } البدء من الصفر: يوضع المحفوظ جانبًا ولا يُحذف، وتسجّل دخولك من جديد.
doctor-vault-passphrase-file-damaged = الملف الذي تفتحه عبارة مرورك تالف، فلا يُفتح ما يحفظه { $app }.
doctor-vault-passphrase-file-damaged-remedy = إن كانت عندك نسخة احتياطية من مجلد بيانات { $app } فاستعد الملف «passphrase.key» ثم انظر من جديد: لم يتغير شيء. وإلا فيستطيع { $app } البدء من الصفر: يوضع المحفوظ جانبًا ولا يُحذف، وتسجّل دخولك من جديد.
doctor-vault-refused = لا يُسمح لـ{ $app } بقراءة مجلده.
doctor-vault-refused-remedy = انظر لمن مجلد بيانات { $app } وهل تجوز قراءته والكتابة فيه.
doctor-vault-disk-full = القرص ممتلئ.
doctor-vault-disk-full-remedy = أفسح مكانًا ثم انظر من جديد.
doctor-vault-disk-failed = تعذرت قراءة القرص.
doctor-vault-disk-failed-remedy = انظر في صحة قرصك. يحسن الآن نسخ ما يهمك.

## Links: whose they are

doctor-link-owner-title = الروابط إلى { $app }
doctor-link-owner-ours = تصل إلى { $app }.
doctor-link-owner-unconfirmed = تصل إلى { $app } بحسب الإعدادات. تعذرت معرفة ما يصنعه بها هذا الحاسوب.
doctor-link-owner-unconfirmed-remedy = انظر من جديد بعد لحظة. فإن بقي كذلك فثبّت الحزمة xdg-utils. إلى ذلك الحين يعود الدخول بطريقة أخرى حيث توجد.
doctor-link-owner-nobody = لا يأخذها أي برنامج.
doctor-link-owner-nobody-remedy = دع { $app } يأخذها. إلى ذلك الحين يعود الدخول بطريقة أخرى.
doctor-link-owner-other = تذهب إلى برنامج آخر: { $program }
doctor-link-owner-other-remedy = إن لم تعرف ذلك البرنامج فاحذره: يستطيع أن يرى عودة دخولك وإن لم يستطع استعماله. دع { $app } يأخذ روابطه.
doctor-link-owner-stale = تذهب إلى برنامج لا يستطيع أخذها: { $program }
doctor-link-owner-stale-remedy = لعل { $app } نُقل أو حُدّث. دعه يأخذ روابطه من جديد.
doctor-link-owner-disputed = يدّعيها { $app } وبرنامج آخر، ويفضّل هذا الحاسوب الآخر: { $program }
doctor-link-owner-disputed-remedy = إن لم تعرف ذلك البرنامج فاحذره: يستطيع أن يرى عودة دخولك وإن لم يستطع استعماله. دع { $app } يأخذ روابطه.
doctor-link-owner-unusable = لا يستطيع { $app } أخذ الروابط من حيث هو.
doctor-link-owner-unusable-remedy = انقل { $app } إلى مجلد بسيط الاسم، أو ثبّته من حزمته.
doctor-link-owner-unreadable = تعذرت معرفة من يأخذها.
doctor-link-owner-unreadable-remedy = انظر هل تجوز قراءة مجلد إعداداتك.

## Links: do they arrive?

doctor-link-delivery-title = الروابط من هذا الحاسوب
doctor-link-delivery-delivered = وصل رابط تجريبي بعد { $milliseconds } مث.
doctor-link-delivery-lost = فُتح رابط تجريبي ولم يصل.
doctor-link-delivery-lost-remedy = دع { $app } يأخذ روابطه من جديد ثم انظر. إلى ذلك الحين يعود الدخول بطريقة أخرى.
doctor-link-delivery-no-opener = ليس على هذا الحاسوب برنامج يفتح الروابط.
doctor-link-delivery-no-opener-remedy = ثبّت الحزمة xdg-utils.
doctor-link-delivery-opener-failed = أخفق البرنامج الذي يفتح الروابط.
doctor-link-delivery-opener-failed-remedy = دع { $app } يأخذ روابطه من جديد ثم انظر.

doctor-browser-link-title = الروابط من متصفحك
doctor-browser-link-delivered = أعادك الزر في متصفحك.
doctor-browser-link-nothing-came = عرض متصفحك الصفحة ولم يعد شيء.
doctor-browser-link-nothing-came-remedy = حاول من جديد: اضغط الزر في الصفحة، وإن سألك متصفحك هل يفتح { $app } فقل نعم. وإن لم يسأل قط فربما لا يُسمح له بفتح البرامج.
doctor-browser-link-page-not-shown = لم يعرض متصفحك الصفحة.
doctor-browser-link-page-not-shown-remedy = قد يمنع وسيط أو إضافة متصفحك من الوصول إلى هذا الحاسوب نفسه. العناوين التي تبدأ بـ 127.0.0.1 يجب ألا تمر بوسيط.
doctor-browser-link-no-browser = تعذر فتح متصفحك.
doctor-browser-link-no-browser-remedy = اختر متصفحًا مبدئيًا في إعدادات النظام.
doctor-browser-link-no-listener = لا يُسمح لـ{ $app } بالإنصات على هذا الحاسوب.
doctor-browser-link-no-listener-remedy = قد يمنعه برنامج حماية. يبقى الدخول الذي يعود بالروابط صالحًا.

doctor-page-title = هل يعود هذا الرابط؟
doctor-page-text = ينظر { $app } هل يستطيع متصفحك فتحه.
doctor-page-then = اضغط الزر. إن سألك متصفحك هل يفتح { $app } فقل نعم.
doctor-page-button = العودة إلى { $app }

## Browser

doctor-browser-title = المتصفح المبدئي
doctor-browser-found = تُفتح صفحات الويب بـ { $program }
doctor-browser-snap = متصفحك من نوع snap: { $program }
doctor-browser-snap-remedy = لا يُسمح لبعضها بفتح برامج أخرى. إن لم يُعدك متصفحك فاختر الطريقة الأخرى في شاشة الانتظار.
doctor-browser-flatpak = متصفحك من نوع flatpak: { $program }
doctor-browser-flatpak-remedy = لا يُسمح لبعضها بفتح برامج أخرى. إن لم يُعدك متصفحك فاختر الطريقة الأخرى في شاشة الانتظار.
doctor-browser-gone = لم يعد متصفحك المبدئي موجودًا: { $program }
doctor-browser-gone-remedy = اختر غيره في إعدادات النظام.
doctor-browser-missing = لم يُختر متصفح مبدئي.
doctor-browser-missing-remedy = اختر واحدًا في إعدادات النظام.

## Proxy

doctor-proxy-title = الوسيط
doctor-proxy-direct = لا وسيط في الطريق إلى { $provider }.
doctor-proxy-used = يُوصل إلى { $provider } عبر { $proxy }.
doctor-proxy-wants-password = يطلب الوسيط { $proxy } اسمًا وكلمة مرور.
doctor-proxy-wants-password-remedy = اسأل من يدير شبكتك، وضع الاثنين في إعدادات الوسيط في نظامك.
doctor-proxy-unreachable = تعذر الوصول إلى الوسيط { $proxy }.
doctor-proxy-unreachable-remedy = انظر في إعدادات الوسيط في نظامك وفي HTTPS_PROXY. وخارج شبكته أوقفه.

## Provider

doctor-reachability-title = { $provider }
doctor-reachability-reached = أجاب { $host } بعد { $milliseconds } مث.
doctor-reachability-name-not-found = الاسم { $host } غير معروف على هذه الشبكة.
doctor-reachability-name-not-found-remedy = انظر في اتصالك. إن فُتحت صفحات أخرى فقد يكون العنوان خطأ أو تخفيه شبكتك.
doctor-reachability-not-connected = لا يقبل { $host } اتصالًا على المنفذ { $port }.
doctor-reachability-not-connected-remedy = انظر في اتصالك. إن فُتحت صفحات أخرى فقد يكون جدار ناري في الطريق أو { $provider } متوقفًا.
doctor-reachability-proxy-in-the-way = لا يسمح الوسيط بمرور { $app } إلى { $host }.
doctor-reachability-proxy-in-the-way-remedy = اطلب ممن يدير شبكتك أن يسمح به.
doctor-reachability-certificate-expired = بحسب ساعة هذا الحاسوب انتهت مدة شهادة { $host }.
doctor-reachability-certificate-expired-remedy = إن كانت ساعتك صحيحة فعلى { $provider } تجديدها.
doctor-reachability-certificate-too-early = بحسب ساعة هذا الحاسوب لم تسرِ شهادة { $host } بعد.
doctor-reachability-certificate-too-early-remedy = لعل ساعتك غير صحيحة. اجعل التاريخ والوقت تلقائيين.
doctor-reachability-certificate-for-another = جاءت شهادة غيره بدل شهادة { $host }.
doctor-reachability-certificate-for-another-remedy = تفعل ذلك شبكات تطلب الدخول إليها أولًا. افتح أي صفحة وسجّل دخولك إلى الشبكة ثم انظر من جديد.
doctor-reachability-certificate-not-trusted = لا يثق هذا الحاسوب بشهادة { $host }.
doctor-reachability-certificate-not-trusted-remedy = لم يُرسل إليه شيء. إن كانت شركتك أو برنامج حماية ينظر في الاتصالات المعمّاة فيجب تثبيت سلطته على هذا الحاسوب أولًا.
doctor-reachability-certificate-revoked = سُحبت شهادة { $host }.
doctor-reachability-certificate-revoked-remedy = أخبر { $provider }. لم يُرسل إليه شيء.
doctor-reachability-certificate-wrong = شهادة { $host } غير صحيحة.
doctor-reachability-certificate-wrong-remedy = أخبر { $provider }. لم يُرسل إليه شيء.
doctor-reachability-tls-too-old = لا يتكلم { $host } إلا إصدارات من TLS لم تعد آمنة.
doctor-reachability-tls-too-old-remedy = أخبر { $provider }. لم يُرسل إليه شيء.
doctor-reachability-tls-broken-off = قُطع الاتصال الآمن مع { $host }.
doctor-reachability-tls-broken-off-remedy = قد يفعل ذلك جدار ناري، أو ليس على ذلك العنوان خادم آمن.
doctor-reachability-slow = قبل { $host } الاتصال ولم يجب في الوقت.
doctor-reachability-slow-remedy = قد يكون مشغولًا أو اتصالك بطيئًا. انظر من جديد بعد لحظة.
doctor-reachability-lost = انقطع الاتصال مع { $host }.
doctor-reachability-lost-remedy = انظر من جديد بعد لحظة.
doctor-reachability-captive-portal = جاءت صفحة أخرى بدل { $host }.
doctor-reachability-captive-portal-remedy = لعل هذه الشبكة تطلب الدخول إليها أولًا. افتح أي صفحة في متصفحك وسجّل دخولك إلى الشبكة ثم انظر من جديد.
doctor-reachability-error-status = أجاب { $host } بالخطأ { $status }.
doctor-reachability-error-status-remedy = إن بقي كذلك فقد يكون عنوان { $provider } خطأ أو عنده عطل.
doctor-reachability-not-a-provider = ما يقوله { $host } عن نفسه يخالف قاعدة من المعيار: { $rule }
doctor-reachability-not-a-provider-remedy = قد يكون العنوان خطأ. وإن كان صحيحًا فأخبر { $provider }.
doctor-reachability-not-supported = يطلب { $host } ما لا يفعله { $app }: { $what }
doctor-reachability-not-supported-remedy = قد ينجح مزوّد آخر.
doctor-reachability-not-an-issuer = عنوان { $provider } ليس مما يجوز لـ{ $app } سؤاله.
doctor-reachability-not-an-issuer-remedy = يجب أن يبدأ بـ https. إصلاح ذلك على المطوّر.

## Interception

doctor-interception-title = الاتصال المعمّى
doctor-interception-public = { $issuer ->
    [nameless] سلطة عامة تكفل { $provider }.
   *[other] { $issuer } تكفل { $provider }، وهي موثوقة في كل مكان.
}
doctor-interception-only-here = { $issuer ->
    [nameless] سلطة بلا اسم لا يثق بها إلا هذا الحاسوب تكفل { $provider }.
   *[other] سلطة لا يثق بها إلا هذا الحاسوب تكفل { $provider }: { $issuer }
}
doctor-interception-only-here-remedy = إن كان هذا مزوّد شركتك، أو كانت شركتك أو برنامج حماية ينظر في الاتصالات المعمّاة، فهكذا يبدو الأمر: يُقرأ ما يرسله { $app }. وإن لم تعلم بشيء من ذلك فلا تسجّل دخولك.
doctor-interception-stranger = { $issuer ->
    [nameless] سلطة بلا اسم لا يثق بها أحد تقف في الطريق إلى { $provider }.
   *[other] سلطة لا يثق بها أحد تقف في الطريق إلى { $provider }: { $issuer }
}
doctor-interception-stranger-remedy = لم يُرسل شيء. إن كانت شركتك تنظر في الاتصالات المعمّاة فيجب تثبيت سلطتها على هذا الحاسوب أولًا. وإن لم تعلم بشيء من ذلك فاستعمل شبكة أخرى.
doctor-interception-another-host = { $issuer ->
    [nameless] جاءت شهادة غيره بدل شهادة { $provider }.
   *[other] جاءت شهادة غيره بدل شهادة { $provider }، أصدرتها { $issuer }
}
doctor-interception-another-host-remedy = تفعل ذلك شبكات تطلب الدخول إليها أولًا. افتح أي صفحة وسجّل دخولك إلى الشبكة ثم انظر من جديد.

doctor-interception-expired = بحسب ساعة هذا الحاسوب انتهت شهادة { $provider } منذ { $days ->
    [0] أقل من يوم
    [one] يوم
    [two] يومين
    [few] { $days } أيام
   *[other] { $days } يومًا
}.
doctor-interception-expired-remedy = لم يُرسل شيء. إن كان تاريخ هذا الحاسوب خطأ فاجعل التاريخ والوقت تلقائيين. وإن كان صحيحًا فقد تأخر { $provider } في تجديدها أو يعرض أحدهم شهادة قديمة مكانها.
doctor-interception-not-yet-valid = بحسب ساعة هذا الحاسوب لا تسري شهادة { $provider } إلا بعد { $days ->
    [0] أقل من يوم
    [one] يوم
    [two] يومين
    [few] { $days } أيام
   *[other] { $days } يومًا
}.
doctor-interception-not-yet-valid-remedy = لم يُرسل شيء. لعل الساعة متأخرة: اجعل التاريخ والوقت تلقائيين ثم انظر من جديد.
doctor-interception-revoked = { $issuer ->
    [nameless] سحب مُصدرها شهادة { $provider }.
   *[other] سحبت { $issuer } التي أصدرتها شهادة { $provider }.
}
doctor-interception-revoked-remedy = لم يُرسل شيء. لا تسجّل دخولك: قد يكون من يعرضها سرقها. أخبر { $provider }.
doctor-interception-wrong = { $issuer ->
    [nameless] جاءت شهادة غير صحيحة بدل شهادة { $provider }.
   *[other] جاءت شهادة غير صحيحة بدل شهادة { $provider }، أصدرتها { $issuer }
}
doctor-interception-wrong-remedy = لم يُرسل شيء. استعمل شبكة أخرى؛ فإن بقي كذلك فأخبر { $provider }.

## Clock

doctor-clock-title = الساعة
doctor-clock-right = { $seconds ->
    [0] يتفق هذا الحاسوب و{ $provider } على الوقت.
    [one] بين هذا الحاسوب و{ $provider } ثانية واحدة.
    [two] بين هذا الحاسوب و{ $provider } ثانيتان.
    [few] بين هذا الحاسوب و{ $provider } { $seconds } ثوانٍ.
   *[other] بين هذا الحاسوب و{ $provider } { $seconds } ثانية.
}
doctor-clock-rather-fast = ساعة هذا الحاسوب متقدمة { $seconds } ثانية.
doctor-clock-rather-fast-remedy = ما زال يعمل. من 60 ثانية لن يعمل: اجعل التاريخ والوقت تلقائيين.
doctor-clock-rather-slow = ساعة هذا الحاسوب متأخرة { $seconds } ثانية.
doctor-clock-rather-slow-remedy = ما زال يعمل. من 60 ثانية لن يعمل: اجعل التاريخ والوقت تلقائيين.
doctor-clock-fast = ساعة هذا الحاسوب متقدمة { $seconds } ثانية.
doctor-clock-fast-remedy = اجعل التاريخ والوقت تلقائيين ثم انظر من جديد.
doctor-clock-slow = ساعة هذا الحاسوب متأخرة { $seconds } ثانية.
doctor-clock-slow-remedy = اجعل التاريخ والوقت تلقائيين ثم انظر من جديد.
doctor-clock-before-certificate = بحسب ساعة هذا الحاسوب لم تسرِ شهادة { $provider } بعد.
doctor-clock-before-certificate-remedy = لعل الساعة متأخرة. اجعل التاريخ والوقت تلقائيين ثم انظر من جديد.
doctor-clock-after-certificate = بحسب ساعة هذا الحاسوب انتهت مدة شهادة { $provider }.
doctor-clock-after-certificate-remedy = إن كان تاريخ هذا الحاسوب صحيحًا فقد تأخر { $provider } في تجديدها. وإلا فاجعل التاريخ والوقت تلقائيين.

## Not checked

doctor-not-checked-no-provider = لا مزوّد يُسأل.
doctor-not-checked-loopback = { $provider } على هذا الحاسوب، فلا يقف أحد بينهما.
doctor-not-checked-no-link-handler = لا يأخذ { $app } روابط هنا.
doctor-not-checked-links-not-ours = تذهب الروابط إلى { $app } إلى مكان آخر، فلم يُفتح شيء منها.
doctor-not-checked-links-not-known = تعذرت معرفة من يأخذ الروابط إلى { $app }، فلم يُفتح شيء منها.
doctor-not-checked-no-display = لا شاشة يُفتح عليها رابط.
doctor-not-checked-no-keychain = من دون سلسلة مفاتيح تجيب لا يُفتح أي سجل.
doctor-not-checked-passphrase-needed = مختوم بعبارة مرورك، ولم تُعطَ لـ{ $app } بعد.
doctor-not-checked-awaits-person = يحتاج إلى نقرة منك في المتصفح.
doctor-not-checked-unreachable = لا اتصال مع { $provider } يُعرف به ذلك.
doctor-not-checked-no-date = لا يقول { $provider } كم الوقت.
doctor-not-checked-in-use = يستعمله برنامج آخر لك. انظر من جديد بعد لحظة.
doctor-not-checked-took-too-long = طال الأمر.
doctor-not-checked-unsupported-here = لا سبيل إلى معرفته على هذا النظام.
doctor-not-checked-failed = تعذر النظر فيه.

## Buttons

doctor-repair-unlock-keychain = فتح سلسلة المفاتيح
doctor-repair-set-damaged-aside = إصلاح ما يحفظه { $app }
doctor-repair-start-afresh = وضعه جانبًا والبدء من الصفر
doctor-repair-register-links = دع { $app } يأخذ روابطه
