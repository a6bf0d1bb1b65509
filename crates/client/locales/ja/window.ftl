# Not yet reviewed by a native reader.

## Everywhere

close-notice = 閉じる
more-about-keeping = どういう意味ですか?

## Sign in

sign-in-title = サインイン
add-account-title = アカウントを追加
sign-in-lead = ご自分のブラウザーで行います。{ $app } がパスワードを見ることはありません。
sign-in-before = ブラウザーが開きます。終わると、自動でここに戻ります。
sign-in-with = { $provider } でサインイン
sign-in-with-google = Google でサインイン
sign-in-needs-setup = 設定が必要です
sign-in-none-title = プロバイダーがまだありません
sign-in-none = { $app } はサインイン先なしで作られました。開発者が追加できます。
back-to-accounts = アカウントに戻る

## Where it is kept

keeping-checking = キーチェーンを探しています…
keeping-keychain = { $keychain } の鍵で封じています
keeping-keychain-more = { $app } が保管するものは、このコンピューター上の封じたファイルにあります。その鍵は { $keychain } にあります。失くしたディスクや写されたバックアップを守ります。あなたが動かすほかのプログラムは、{ $keychain } にその鍵を求められます。
keeping-passphrase = パスフレーズで封じています
keeping-passphrase-more = { $app } が保管するものは、このコンピューター上の封じたファイルにあります。開けるのはパスフレーズだけで、誰も復元できません。
keeping-memory = 保管されません: このセッションのみ
unlock-keychain = ロックを解除…
look-again = もう一度見る
keeping-memory-more = { $reason }。今サインインするものは、{ $app } を閉じると忘れられます。

## Waiting

waiting-title = ブラウザーで続けてください
waiting-preparing-title = 準備しています
waiting-preparing = サインインする場所を { $provider } に尋ねています。
waiting-opening = ブラウザーで { $host } を開いています。
waiting-opened = { $host } を開きました。自動でここに戻ります。
waiting-scheme = { $app } を開くかブラウザーが尋ねたら、はいと答えてください。
waiting-loopback = 完了したとページに出たら、閉じてかまいません。
waiting-failed-title = ブラウザーが開きませんでした
waiting-failed = このリンクをコピーして、ブラウザーで開いてください。自動でここに戻ります。
waiting-link = ブラウザー用のリンク
step-opened = ブラウザーを開く
step-waiting = サインインする
step-back = ここに戻る
step-done = 済み
step-now = 今
step-later = これから
open-again = もう一度開く
copy-link = リンクをコピー
link-copied = コピーしました
browser-asked-again = ブラウザーにもう一度頼みました
device-title = このコードを入力
device-lead = どの画面でもよいので { $host } を開き、そこで入力してください。
device-code = 入力するコード
device-page = 入力するページ
device-caution = 今のように、ご自分で求めたコードだけを入力してください。コードを送ってくる人は、あなたになりすまそうとしています。
device-expires = { $minutes ->
   *[other] コードはあと { $minutes } 分使えます。
}
device-expires-now = コードはまもなく使えなくなります。
open-page = ページを開く
copy-code = コードをコピー
code-copied = コピーしました
use-code = コードを使う

waiting-hint-title = 何も起きませんか?
waiting-hint = このウィンドウの後ろに新しいタブがないか見てください。なければ、もう一度開くか、リンクをコピーしてください。
waiting-hint-scheme = すでにサインインして何も戻らなければ、別の方法を試してください。
try-another-way = 別の方法を試す
waiting-long-title = まだ待っています
waiting-long = 5 分たちました。ブラウザーで続けるか、新しいリンクでやり直せます。
waiting-expires = { $minutes ->
   *[other] リンクはあと { $minutes } 分使えます。
}
waiting-expires-now = リンクはまもなく使えなくなります。
restart = やり直す
cancel = 取り消す
cancelled-here = 取り消しました。ブラウザーにページが残っていれば、閉じてかまいません。

## Completing

completing-title = まもなく終わります
completing = { $provider } が通しました。{ $app } が答えを確かめています。

## Account

account-signed-in = { $name } としてサインインしました
account-verified = 確認済み
account-not-verified = 未確認
account-unverified = { $provider } による確認はありません。誰であるかに署名がありません。
account-no-email = メールアドレスは伝えられていません
account-provider = プロバイダー
account-issuer = 発行者
account-allowed-title = 許可したこと
account-not-allowed = 許可していないこと
account-nothing-allowed = 何が許可されたかを { $provider } は言いませんでした。
ask-again = 許可していないことをもう一度求める
connected-apps = { $provider } で見て変える
account-session-title = セッション
account-session = アクセス
account-signed-in-at = サインイン
account-refreshed-at = 最後の更新
account-kept = 保管
session-renews = 自動で更新されます
session-renewing = 更新中
session-open-ended = 終わりは示されていません
session-ended = 終了
session-expired = 期限切れ
session-less-than-a-minute = 残り 1 分未満
session-minutes = { $count ->
   *[other] 残り { $count } 分
}
session-hours = { $count ->
   *[other] 残り { $count } 時間
}
session-days = { $count ->
   *[other] 残り { $count } 日
}
session-ended-title = セッションが終わりました
session-ended-text = { $app } が続けるには、{ $provider } でもう一度の確認が必要です。
sign-in-again = もう一度サインイン
sign-out = サインアウト…
sign-out-title = { $name } をサインアウトしますか?
sign-out-forget = { $app } はこのコンピューターからこのアカウントを消します。
sign-out-revoke = 与えられたものを取り消すよう { $provider } に頼む
sign-out-revoke-text = 頼まないと、自然に終わるまで使えます。
sign-out-browser = ブラウザーでも { $provider } からサインアウトする
sign-out-browser-text = そのブラウザーで { $provider } を使うほかのプログラムやページもサインアウトされることがあります。
confirm-sign-out = サインアウト
keep-signed-in = サインインしたままにする
signing-out = サインアウトしています…

## What was allowed

scope-openid = サインインのたびにあなただと知る
scope-profile = 名前と写真
scope-email = メールアドレス
scope-address = 住所
scope-phone = 電話番号
scope-offline_access = 離れている間もサインインしたままにする

## Accounts

accounts-title = アカウント
account-of = { $name }、{ $provider }
account-of-ended = { $name }、{ $provider }、セッション終了
add-account = アカウントを追加
search-accounts = 検索
more-accounts = ほかに { $count } 件: 検索してください

## Signed out

signed-out-title = サインアウトしました
signed-out-lead = { $name } のアカウントに起きたことです。
report-forgotten = このコンピューターから消しました。
report-not-forgotten = 一部がこのコンピューターに残っています。もう一度サインアウトしてください。
report-key-deleted = 最後のアカウントだったため、鍵もキーチェーンから消しました。
report-revoked = { $app } に与えられたものはもう使えないと { $provider } が確認しました。
report-unsupported = { $provider } には取り消す方法がありません。{ $app } に与えられたものはここで消され、自然に終わります。
report-queued = 取り消しのため { $provider } に届きませんでした。{ $app } は、閉じた後でも自動でまた頼みます。
report-refused = { $provider } は取り消しを断りました。{ $app } に与えられたものはここで消されましたが、終わるまで使えるかもしれません。
report-nothing-to-revoke = { $provider } で取り消すものは残っていませんでした。
report-not-revoked = { $provider } に取り消しは頼みませんでした。{ $app } に与えられたものはここで消され、自然に終わります。
report-browser-asked = サインアウトのため、ブラウザーを { $provider } に送りました。
report-browser-unsupported = { $provider } にサインアウトのページはありません。ブラウザーはサインインしたままです。
report-browser-unavailable = { $provider } のサインアウトのページの場所を聞けませんでした。ブラウザーはサインインしたままです。
report-browser-not-opened = ブラウザーを開けなかったため、サインインしたままです。
report-done = 済み
report-attention = ご注意
done = 完了

## It did not work

their-words = { $provider } の言葉:
technical-detail = 技術的な詳細
technical-kind = 種類
technical-what = 詳細
technical-section = 標準
try-again = もう一度試す
show-registration = 設定の方法
go-back = 戻る

## Not configured

not-configured-title = { $provider } でのサインインを設定
not-configured-lead = { $provider } は、サインインの前にプログラムの登録を求めます。開発者が一度行います。
not-configured-console = ここでプログラムを登録
open-console = ブラウザーで開く
client-type-desktop = 「Desktop app」型
client-type-desktop-text = クライアント ID とクライアントシークレットが渡されます。この型のシークレットは秘密ではないと { $provider } 自身が言っています。戻り道の入力は不要で、{ $uri } を使います。
client-type-ios = 「iOS」型
client-type-ios-text = クライアント ID だけが渡されます。戻り道はその ID から作るリンクなので、ここではなくプログラムを作るときに決まります。
redirect-uris = 戻り道として登録(redirect URI)
drop-client-file = または、そこでダウンロードしたクライアントファイルをこのウィンドウに落としてください。
client-id = クライアント ID
client-id-missing = クライアント ID を入力してください。
client-secret = クライアントシークレット
client-secret-optional = 渡されていなければ空のままにします。
save-client = 保存
saving-client = 保存しています…
client-ready = { $provider } を設定しました。サインインできます。

## The doctor

examine = このコンピューターを調べる
doctor-title = すべて整っていますか?
doctor-looking = 調べています…
doctor-found = { $count ->
    [0] サインインの妨げはありません。
   *[other] サインインの妨げが { $count } 件あります。
}
doctor-ask-browser = ブラウザーで試す
doctor-browser-waits = ブラウザーに開いたページのボタンを押してください。
examine-again = もう一度調べる
repaired = 直しました。もう一度調べます。

## How it happened

how-it-happened = 経過を見る
how-it-happens = 経過を見る
story-title = 経過
story-sign-in = { $provider } でのサインイン。
story-refresh = { $provider } のセッションの更新。
story-sign-out = { $provider } からのサインアウト。
story-under-way = 進行中です。
story-ended-well = { $seconds ->
   *[other] { $seconds } 秒でうまくいきました。
}
story-level = 説明のしかた
in-plain-words = やさしい言葉で
for-developers = 開発者向け
story-parties = 関わるもの
story-between = { $from }から{ $to }へ
story-checks = 確かめたこと
story-when = 時
story-after = 開始から { $ms } ms 後
story-took = 所要 { $ms } ms
story-host = ホスト
story-status = HTTP ステータス
story-not-shown = 表示しません
story-left-out = { $count ->
   *[other] ほかに { $count } 段階を省きました。
}
story-none-title = もう分かりません
story-none = { $app } は閉じるまで経過を覚えています。見るにはもう一度サインインしてください。
outcome-under-way = 進行中
outcome-remembered = 以前から既知
outcome-needless = することなし
outcome-put-off = 後で
outcome-failed = ここで止まりました
outcome-abandoned = 中止
check-passed = 良い
check-failed = 良くない
check-skipped = 見ていない
copy-report = 報告をコピー
report-copied = コピーしました

story-why-discovery = プロバイダーが窓口の場所を伝えます。{ $app } は推測せずに済み、誰もよそへ導けません。
story-why-keys = この公開鍵で、戻ってくるものに本当にプロバイダーの署名があると { $app } に分かります。
story-why-door-opened = 答えはブラウザーから戻ってくる必要があります。{ $app } のリンクか、このコンピューターだけが届くアドレスを使います。
story-why-authorization-request = リンクは誰が何を求めるかを伝えます。{ $app } だけが持つ秘密のハッシュが入っていて(PKCE)、その秘密を知る者だけが答えを使えます。
story-why-parked = ブラウザーにいる間に { $app } を閉じてもかまいません。続けるのに必要なものは、答えが来るまで封じられています。
story-why-browser-opened = ご自分のブラウザーでサインインします。プロバイダーのアドレスが見え、パスワードもそこにあります。{ $app } が見ることはありません。
story-why-redirect-received = 戻ってくるのは鍵そのものではなくコードです。ブラウザーを通る間に、ほかの者が見るかもしれません。コードだけでは何も開かず、一度しか使えません。
story-why-code-exchange = { $app } は、リンクにハッシュがあった秘密とともに、コードをブラウザーを通さず直接プロバイダーに渡します。POST で送るので、履歴にもアドレスの記録にも残りません。
story-why-id-token-verified = 一つ一つの確認が、ごまかしを一つずつ防ぎます。別のプログラム宛ての答え、古い答え、別のプロバイダーの答え、途中ですり替えられた答えです。
story-why-user-info = 名前と写真は、今与えられたもので尋ねます。同じ人についてのものだけが有効です。
story-why-account-stored = 与えられたものは、キーチェーンにある鍵で封じられています。

quiz-title = 試してみましょう
quiz-right = 正解です。
quiz-wrong = 少し違います。
quiz-code = なぜブラウザーを通って戻るのはアカウントの鍵ではなくコードなのでしょう?
    .a = コードは短く、リンクに収まるから。
    .a-why = 鍵も収まります。問題は、ブラウザーを通るものを誰が見られるかです。
    .b = ブラウザーを通るものはほかの者にも見え、コードだけでは何も開かないから。
    .b-why = 一度だけ、一、二分の間、ブラウザーに一度もなかった秘密と一緒でなければ使えません。
    .c = { $provider } がどのブラウザーかを知りたいから。
    .c-why = それはどのみち分かります。コードはブラウザーではなくプログラムのためのものです。
quiz-pkce = 別のプログラムが先にコードを手に入れました。何が使用を防ぐでしょう?
    .a = リンクにハッシュがあった秘密を知らないこと。
    .a-why = それが PKCE です。秘密はこのプログラムを出ておらず、{ $provider } はコードと一緒に求めます。
    .b = コードが暗号化されていること。
    .b-why = 暗号化されていません。手に入れれば読めますが、秘密がなければ役に立ちません。
    .c = クライアントシークレットを持っていないこと。
    .c-why = プログラムのすべての写しにあるクライアントシークレットは、秘密ではありません。
quiz-secret = デスクトッププログラムのクライアントシークレットにはどんな価値があるでしょう?
    .a = プログラムが本物だと { $provider } に証明する。
    .a-why = プログラムを持つ人は皆シークレットも持ち、取り出せます。
    .b = 送るものを暗号化する。
    .b-why = それは接続(TLS)がします。クライアントシークレットは何も暗号化しません。
    .c = ほとんどない。すべての写しにあり、何も証明しない。働くのは PKCE。
    .c-why = それでも求めるプロバイダーがあり、秘密ではないと自ら言っています。
quiz-state = このプログラムが求めていない答えが戻りました。どうなるでしょう?
    .a = 試され、コードが使えればサインインする。
    .a-why = それでは、気づかないうちに他人のアカウントにサインインさせられかねません。
    .b = 脇に置かれる。その state はここで始めたどのサインインのものでもない。
    .b-why = サインインごとに推測できない番号があり、その番号を持つ答えだけが有効です。
    .c = 正しいかを { $provider } に尋ねる。
    .c-why = あなたが何をしようとしたかを { $provider } は知り得ません。求めたことはプログラムが覚えておくものです。

## Settings

settings = 設定
settings-title = 設定
settings-theme = 色
theme-system = システムに合わせる
theme-light = 明るい
theme-dark = 暗い
settings-language = 言語
language-system = システムに合わせる
language-not-reviewed = 英語以外の言語は、母語とする人にまだ見てもらっていません。
settings-way = ブラウザーからの戻り方
way-itself = ここで最もよい方法
way-itself-text = リンクが届くところでは { $app } へのリンク、それ以外ではこのコンピューターのアドレス。
way-scheme = リンクで
way-scheme-text = { $app } を開くかブラウザーが尋ねることがあります。
way-loopback = このコンピューターのアドレスで
way-loopback-text = 閉じてよいときは、ブラウザーのページに出ます。
remove-all-title = すべてのデータを消す
remove-all-question = すべてのデータを消しますか?
remove-all-text = すべてのアカウントをサインアウトし、与えたものを取り消すよう各プロバイダーに一度頼み、{ $app } がこのコンピューターに保管するものをキーチェーンの鍵ごとすべて消します。元に戻せません。
remove-all = すべてのデータを消す…
confirm-remove-all = すべてのデータを消す
keep-all = 残す
removing-all = 消しています…
removed-title = すべてのデータを消しました。
removed-accounts = { $count ->
    [0] サインイン中のアカウントはありませんでした。
   *[other] { $count } 件のアカウントをサインアウトしました。
}
removed-undelivered = { $count ->
   *[other] { $count } 回、プロバイダーに取り消しを頼めませんでした。自然に終わるまで使えます。
}
removed-files = ファイルには何も残っていません。
removed-left = { $count ->
   *[other] { $count } 個のファイルを消せませんでした。
}
removed-key = 鍵はキーチェーンから消えました。
removed-key-not = 鍵をキーチェーンから消せなかったか、鍵がありませんでした。
