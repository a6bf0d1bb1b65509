# Not yet reviewed by a native reader.

instance-channel-unavailable = برنامج آخر يشغل الطريق إلى Doorkey العامل ولا يجيب. لم يُسلَّم الرابط ولم يُحفظ منه شيء. ابدأ تسجيل الدخول من جديد واختر العودة بلا رابط.
