# Not yet reviewed by a native reader.

page-return = يمكنك إغلاق هذا اللسان والعودة إلى { $app }.
page-open-app = فتح { $app }

page-signed-in-title = تم تسجيل دخولك
page-signed-in-text = لدى { $app } ما يحتاجه.

page-refused-title = لم يُسجَّل دخولك
page-refused-text = رُفض تسجيل الدخول، فلم يُشارَك شيء مع { $app }.

page-failed-title = لم ينجح تسجيل الدخول
page-failed-text = يخبرك { $app } بالسبب ويتيح لك المحاولة من جديد.

page-used-title = استُعمل تسجيل الدخول هذا من قبل
page-used-text = كل تسجيل دخول يصلح مرة واحدة. للدخول من جديد ابدأ في { $app }.

page-expired-title = انتهت مدة تسجيل الدخول هذا
page-expired-text = طال انتظاره. ابدأ من جديد في { $app }.

page-cancelled-title = أُلغي تسجيل الدخول هذا
page-cancelled-text = أُلغي في { $app } قبل أن يكتمل.

page-signed-out-title = تم تسجيل خروجك
page-signed-out-text = أنهى المزوّد جلستك في هذا المتصفح.

page-unknown-title = لم يحدث شيء
page-unknown-text = لا يعرف { $app } تسجيل الدخول هذا. وما ينتظر يواصل انتظاره.
