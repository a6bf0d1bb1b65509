# Not yet reviewed by a native reader.

doctor-state-good = 良い
doctor-state-advice = 改善できます
doctor-state-broken = 動きません
doctor-state-not-checked = 未確認

## Keychain

doctor-keychain-title = キーチェーン
doctor-keychain-keeps = { $keychain } は { $app } が渡すものを保管します。
doctor-keychain-passphrase = 不要です。{ $app } が保管するものはパスフレーズで封じられています。
doctor-keychain-locked = キーチェーンがロックされています。
doctor-keychain-locked-remedy = ロックを解除してください。多くはこのコンピューターのパスワードです。
doctor-keychain-no-service = このコンピューターで答えるキーチェーンがありません。
doctor-keychain-no-service-remedy = GNOME Keyring や KWallet などを入れ、デスクトップにログインし直してください。それまでは { $app } が動いている間だけサインインしたままです。
doctor-keychain-no-collection = キーチェーンに保管する場所がありません。
doctor-keychain-no-collection-remedy = キーチェーンのプログラムを開き、既定のキーリングを作ってください。
doctor-keychain-denied = キーチェーンが { $app } を通しません。
doctor-keychain-denied-remedy = 尋ねられて断ったなら、{ $app } にもう一度調べさせ、はいと答えてください。そうでなければ、キーチェーンの設定で { $app } を探してください。
doctor-keychain-silent = キーチェーンが答えません。
doctor-keychain-silent-remedy = 自分のウィンドウで待っているかもしれません。なければ、デスクトップからログアウトしてログインし直してください。
doctor-keychain-ambiguous = キーチェーンに { $app } の項目が二つ以上あります。
doctor-keychain-ambiguous-remedy = キーチェーンのプログラムで { $app } の項目を探し、最も古いものを残してください。{ $app } が保管するものは、おそらくそれで封じられています。
doctor-keychain-not-kept = { $app } が入れたものをキーチェーンが返しません。
doctor-keychain-not-kept-remedy = { $app } は何も預けません。更新するか、別のものを使ってください。
doctor-keychain-changed = { $app } の鍵を持つものとは別のキーチェーンが動いています。
doctor-keychain-changed-remedy = 以前使っていたものを起動し、もう一度調べてください。
doctor-keychain-other-key = キーチェーンにある { $app } の鍵が、使われていたものと違います。
doctor-keychain-other-key-remedy = キーチェーンをバックアップから戻したなら、新しいほうを戻し、もう一度調べてください。
doctor-keychain-failed = キーチェーンが失敗しました。
doctor-keychain-failed-remedy = デスクトップからログアウトしてログインし直し、もう一度調べてください。

## Vault

doctor-vault-title = { $app } が保管するもの
doctor-vault-whole = { $records ->
    [0] 何も保管されていないので、何も壊れていません。
   *[other] 封じた記録が { $records } 件。すべて開きます。
}
doctor-vault-set-aside-before = { $set_aside ->
   *[other] 以前 { $set_aside } 件の記録が開かず、脇に置かれました。
} ほかはすべて開きます。
doctor-vault-set-aside-before-remedy = もう一度のサインインを求められたかもしれません。ほかにすることはありません。
doctor-vault-too-new = { $too_new ->
   *[other] { $too_new } 件の記録は新しい { $app } が書いたものです。
}
doctor-vault-too-new-remedy = 使うには { $app } を更新してください。
doctor-vault-damaged = { $accounts ->
    [0] 壊れたアカウントはありませんが、ほかの記録が開きません。
   *[other] { $accounts } 件のアカウントが開きません。
}
doctor-vault-damaged-remedy = { $accounts ->
    [0] 脇に置けます。何も削除されません。
   *[other] 脇に置けます。何も削除されません。その後もう一度サインインしてください。
}
doctor-vault-key-gone = { $records ->
   *[other] キーチェーンが鍵を失ったため、{ $app } が保管する { $records } 件の記録は開きません。
}
doctor-vault-key-gone-remedy = { $app } がまだ鍵を知っていれば、戻せます。知らなければ、記録は脇に置かれ、もう一度サインインします。
doctor-vault-key-elsewhere = { $app } の鍵を持つものとは別のキーチェーンが動いているため、保管したものが開きません。
doctor-vault-key-elsewhere-remedy = 以前使っていたものを起動し、ロックを解除して、もう一度調べてください。何も変えていません。{ $app } が代わりに行うことはできません。そのキーチェーンがもうなければ、{ $app } は一から始められます。保管したものは削除せず脇に置かれ、もう一度サインインします。
doctor-vault-key-replaced = キーチェーンの鍵が使われていたものと違うため、{ $app } が保管するものが開きません。
doctor-vault-key-replaced-remedy = キーチェーンをバックアップから戻したなら、新しいほうを戻し、もう一度調べてください。何も変えていません。なければ、{ $app } は一から始められます。保管したものは削除せず脇に置かれ、もう一度サインインします。
doctor-vault-passphrase-file-damaged = パスフレーズで開くファイルが壊れているため、{ $app } が保管するものが開きません。
doctor-vault-passphrase-file-damaged-remedy = { $app } のデータフォルダーのバックアップがあれば、「passphrase.key」を戻し、もう一度調べてください。何も変えていません。なければ、{ $app } は一から始められます。保管したものは削除せず脇に置かれ、もう一度サインインします。
doctor-vault-refused = { $app } は自分のフォルダーを読めません。
doctor-vault-refused-remedy = { $app } のデータフォルダーの所有者と、読み書きできるかを確かめてください。
doctor-vault-disk-full = ディスクがいっぱいです。
doctor-vault-disk-full-remedy = 空きを作り、もう一度調べてください。
doctor-vault-disk-failed = ディスクを読めませんでした。
doctor-vault-disk-failed-remedy = ディスクの状態を確かめてください。大切なものは今のうちに写しておくとよいでしょう。

## Links: whose they are

doctor-link-owner-title = { $app } へのリンク
doctor-link-owner-ours = { $app } に届きます。
doctor-link-owner-unconfirmed = 設定では { $app } に届きます。このコンピューターが実際にどうするかは分かりませんでした。
doctor-link-owner-unconfirmed-remedy = 少し待ってもう一度調べてください。変わらなければ、xdg-utils パッケージを入れてください。それまでは、ほかの方法があればそれで戻ります。
doctor-link-owner-nobody = 受け取るプログラムがありません。
doctor-link-owner-nobody-remedy = { $app } に受け取らせてください。それまでは別の方法で戻ります。
doctor-link-owner-other = 別のプログラムに届きます: { $program }
doctor-link-owner-other-remedy = 知らないプログラムなら注意してください。使うことはできなくても、サインインが戻るのを見られます。{ $app } にリンクを受け取らせてください。
doctor-link-owner-stale = 受け取れないプログラムに届きます: { $program }
doctor-link-owner-stale-remedy = { $app } は移動したか更新されたのでしょう。もう一度リンクを受け取らせてください。
doctor-link-owner-disputed = { $app } と別のプログラムの両方が名乗り、このコンピューターは別のほうを選びます: { $program }
doctor-link-owner-disputed-remedy = 知らないプログラムなら注意してください。使うことはできなくても、サインインが戻るのを見られます。{ $app } にリンクを受け取らせてください。
doctor-link-owner-unusable = { $app } は今の場所ではリンクを受け取れません。
doctor-link-owner-unusable-remedy = { $app } を単純な名前のフォルダーに移すか、パッケージから入れてください。
doctor-link-owner-unreadable = 受け取るのが誰か分かりませんでした。
doctor-link-owner-unreadable-remedy = 設定フォルダーを読めるか確かめてください。

## Links: do they arrive?

doctor-link-delivery-title = このコンピューターからのリンク
doctor-link-delivery-delivered = 試しのリンクは { $milliseconds } ms で届きました。
doctor-link-delivery-lost = 試しのリンクを開きましたが、届きませんでした。
doctor-link-delivery-lost-remedy = { $app } にもう一度リンクを受け取らせ、調べ直してください。それまでは別の方法で戻ります。
doctor-link-delivery-no-opener = このコンピューターにはリンクを開くプログラムがありません。
doctor-link-delivery-no-opener-remedy = xdg-utils パッケージを入れてください。
doctor-link-delivery-opener-failed = リンクを開くプログラムが失敗しました。
doctor-link-delivery-opener-failed-remedy = { $app } にもう一度リンクを受け取らせ、調べ直してください。

doctor-browser-link-title = ブラウザーからのリンク
doctor-browser-link-delivered = ブラウザーのボタンで戻りました。
doctor-browser-link-nothing-came = ブラウザーはページを表示しましたが、何も戻りませんでした。
doctor-browser-link-nothing-came-remedy = もう一度試してください。ページのボタンを押し、{ $app } を開くか尋ねられたら、はいと答えます。一度も尋ねないなら、プログラムを開くことが許されていないのかもしれません。
doctor-browser-link-page-not-shown = ブラウザーがページを表示しませんでした。
doctor-browser-link-page-not-shown-remedy = プロキシや拡張機能が、ブラウザーがこのコンピューター自身に届くのを妨げているかもしれません。127.0.0.1 で始まるアドレスはプロキシを通してはいけません。
doctor-browser-link-no-browser = ブラウザーを開けませんでした。
doctor-browser-link-no-browser-remedy = システムの設定で既定のブラウザーを選んでください。
doctor-browser-link-no-listener = { $app } はこのコンピューターで待ち受けられません。
doctor-browser-link-no-listener-remedy = セキュリティのプログラムが禁じているかもしれません。リンクで戻るサインインは使えます。

doctor-page-title = このリンクは戻りますか?
doctor-page-text = ブラウザーが開けるかを { $app } が調べています。
doctor-page-then = ボタンを押してください。{ $app } を開くか尋ねられたら、はいと答えてください。
doctor-page-button = { $app } に戻る

## Browser

doctor-browser-title = 既定のブラウザー
doctor-browser-found = ウェブページは { $program } で開きます
doctor-browser-snap = ブラウザーは snap です: { $program }
doctor-browser-snap-remedy = 一部の snap はほかのプログラムを開けません。ブラウザーから戻らなければ、待つ画面で別の方法を選んでください。
doctor-browser-flatpak = ブラウザーは flatpak です: { $program }
doctor-browser-flatpak-remedy = 一部の flatpak はほかのプログラムを開けません。ブラウザーから戻らなければ、待つ画面で別の方法を選んでください。
doctor-browser-gone = 既定のブラウザーがもうありません: { $program }
doctor-browser-gone-remedy = システムの設定で別のものを選んでください。
doctor-browser-missing = 既定のブラウザーが選ばれていません。
doctor-browser-missing-remedy = システムの設定で選んでください。

## Proxy

doctor-proxy-title = プロキシ
doctor-proxy-direct = { $provider } までの間にはありません。
doctor-proxy-used = { $provider } へは { $proxy } を通ります。
doctor-proxy-wants-password = プロキシ { $proxy } が名前とパスワードを求めています。
doctor-proxy-wants-password-remedy = ネットワークの管理者に尋ね、システムのプロキシ設定に両方を入れてください。
doctor-proxy-unreachable = プロキシ { $proxy } に届きません。
doctor-proxy-unreachable-remedy = システムのプロキシ設定と HTTPS_PROXY を確かめてください。そのネットワークの外では切ってください。

## Provider

doctor-reachability-title = { $provider }
doctor-reachability-reached = { $host } は { $milliseconds } ms で答えました。
doctor-reachability-name-not-found = { $host } という名前はこのネットワークでは知られていません。
doctor-reachability-name-not-found-remedy = 接続を確かめてください。ほかのページが開くなら、アドレスが違うか、ネットワークが隠しているのかもしれません。
doctor-reachability-not-connected = { $host } はポート { $port } で接続を受け付けません。
doctor-reachability-not-connected-remedy = 接続を確かめてください。ほかのページが開くなら、ファイアウォールがあるか、{ $provider } が止まっているのかもしれません。
doctor-reachability-proxy-in-the-way = プロキシが { $app } を { $host } へ通しません。
doctor-reachability-proxy-in-the-way-remedy = 許可するようネットワークの管理者に頼んでください。
doctor-reachability-certificate-expired = このコンピューターの時計では、{ $host } の証明書は期限切れです。
doctor-reachability-certificate-expired-remedy = 時計が合っていれば、{ $provider } が更新する必要があります。
doctor-reachability-certificate-too-early = このコンピューターの時計では、{ $host } の証明書はまだ有効ではありません。
doctor-reachability-certificate-too-early-remedy = 時計が合っていないのでしょう。日付と時刻を自動にしてください。
doctor-reachability-certificate-for-another = { $host } の証明書の代わりに別のものが来ました。
doctor-reachability-certificate-for-another-remedy = 先にログインを求めるネットワークではこうなります。任意のページを開いてネットワークにログインし、もう一度調べてください。
doctor-reachability-certificate-not-trusted = このコンピューターは { $host } の証明書を信頼しません。
doctor-reachability-certificate-not-trusted-remedy = 何も送っていません。会社やセキュリティのプログラムが暗号化された通信を見るなら、その認証局を先にこのコンピューターに入れる必要があります。
doctor-reachability-certificate-revoked = { $host } の証明書は取り消されています。
doctor-reachability-certificate-revoked-remedy = { $provider } に伝えてください。何も送っていません。
doctor-reachability-certificate-wrong = { $host } の証明書が正しくありません。
doctor-reachability-certificate-wrong-remedy = { $provider } に伝えてください。何も送っていません。
doctor-reachability-tls-too-old = { $host } はもう安全でない版の TLS しか話しません。
doctor-reachability-tls-too-old-remedy = { $provider } に伝えてください。何も送っていません。
doctor-reachability-tls-broken-off = { $host } との安全な接続が切られました。
doctor-reachability-tls-broken-off-remedy = ファイアウォールのせいか、そのアドレスに安全なサーバーがないのかもしれません。
doctor-reachability-slow = { $host } は接続を受け付けましたが、時間内に答えませんでした。
doctor-reachability-slow-remedy = 混んでいるか、接続が遅いのかもしれません。少し待ってもう一度調べてください。
doctor-reachability-lost = { $host } との接続が失われました。
doctor-reachability-lost-remedy = 少し待ってもう一度調べてください。
doctor-reachability-captive-portal = { $host } の代わりに別のページが来ました。
doctor-reachability-captive-portal-remedy = このネットワークは先にログインを求めているのでしょう。ブラウザーで任意のページを開いてネットワークにログインし、もう一度調べてください。
doctor-reachability-error-status = { $host } はエラー { $status } で答えました。
doctor-reachability-error-status-remedy = 変わらなければ、{ $provider } のアドレスが違うか、先方に不具合があります。
doctor-reachability-not-a-provider = { $host } が自分について言うことは標準の規則に反します: { $rule }
doctor-reachability-not-a-provider-remedy = アドレスが違うかもしれません。正しければ { $provider } に伝えてください。
doctor-reachability-not-supported = { $host } は { $app } にできないことを求めています: { $what }
doctor-reachability-not-supported-remedy = 別のプロバイダーなら使えるかもしれません。
doctor-reachability-not-an-issuer = { $provider } のアドレスは { $app } が尋ねてよいものではありません。
doctor-reachability-not-an-issuer-remedy = https で始まる必要があります。開発者が直すことです。

## Interception

doctor-interception-title = 暗号化された接続
doctor-interception-public = { $issuer ->
    [nameless] 公の認証局が { $provider } を保証しています。
   *[other] どこでも信頼されている { $issuer } が { $provider } を保証しています。
}
doctor-interception-only-here = { $issuer ->
    [nameless] このコンピューターだけが信頼する名前のない認証局が { $provider } を保証しています。
   *[other] このコンピューターだけが信頼する認証局が { $provider } を保証しています: { $issuer }
}
doctor-interception-only-here-remedy = 会社自身のプロバイダーであるか、会社やセキュリティのプログラムが暗号化された通信を見ているなら、こうなります。{ $app } が送るものが読まれ得ます。心当たりがなければ、サインインしないでください。
doctor-interception-stranger = { $issuer ->
    [nameless] 誰も信頼しない名前のない認証局が { $provider } までの間にいます。
   *[other] 誰も信頼しない認証局が { $provider } までの間にいます: { $issuer }
}
doctor-interception-stranger-remedy = 何も送っていません。会社が暗号化された通信を見るなら、その認証局を先にこのコンピューターに入れる必要があります。心当たりがなければ、別のネットワークを使ってください。
doctor-interception-another-host = { $issuer ->
    [nameless] { $provider } の証明書の代わりに別のものが来ました。
   *[other] { $provider } の証明書の代わりに、{ $issuer } が発行した別のものが来ました。
}
doctor-interception-another-host-remedy = 先にログインを求めるネットワークではこうなります。任意のページを開いてネットワークにログインし、もう一度調べてください。

doctor-interception-expired = このコンピューターの時計では、{ $provider } の証明書は{ $days ->
    [0] 一日以内の前
   *[other] { $days } 日前
}に期限が切れました。
doctor-interception-expired-remedy = 何も送っていません。このコンピューターの日付が違うなら、日付と時刻を自動にしてください。合っているなら、{ $provider } の更新が遅れているか、誰かが古いものを見せています。
doctor-interception-not-yet-valid = このコンピューターの時計では、{ $provider } の証明書が有効になるのは{ $days ->
    [0] 一日以内
   *[other] { $days } 日後
}です。
doctor-interception-not-yet-valid-remedy = 何も送っていません。時計が遅れているのでしょう。日付と時刻を自動にし、もう一度調べてください。
doctor-interception-revoked = { $issuer ->
    [nameless] { $provider } の証明書は発行者により取り消されています。
   *[other] { $provider } の証明書は、発行した { $issuer } により取り消されています。
}
doctor-interception-revoked-remedy = 何も送っていません。サインインしないでください。見せている者が盗んだのかもしれません。{ $provider } に伝えてください。
doctor-interception-wrong = { $issuer ->
    [nameless] { $provider } の証明書の代わりに、正しくないものが来ました。
   *[other] { $provider } の証明書の代わりに、{ $issuer } が発行した正しくないものが来ました。
}
doctor-interception-wrong-remedy = 何も送っていません。別のネットワークを使ってください。変わらなければ { $provider } に伝えてください。

## Clock

doctor-clock-title = 時計
doctor-clock-right = { $seconds ->
    [0] このコンピューターと { $provider } の時刻は合っています。
   *[other] このコンピューターと { $provider } の時刻は { $seconds } 秒ずれています。
}
doctor-clock-rather-fast = このコンピューターの時計は { $seconds } 秒進んでいます。
doctor-clock-rather-fast-remedy = まだ使えます。60 秒を超えると使えません。日付と時刻を自動にしてください。
doctor-clock-rather-slow = このコンピューターの時計は { $seconds } 秒遅れています。
doctor-clock-rather-slow-remedy = まだ使えます。60 秒を超えると使えません。日付と時刻を自動にしてください。
doctor-clock-fast = このコンピューターの時計は { $seconds } 秒進んでいます。
doctor-clock-fast-remedy = 日付と時刻を自動にし、もう一度調べてください。
doctor-clock-slow = このコンピューターの時計は { $seconds } 秒遅れています。
doctor-clock-slow-remedy = 日付と時刻を自動にし、もう一度調べてください。
doctor-clock-before-certificate = このコンピューターの時計では、{ $provider } の証明書はまだ有効ではありません。
doctor-clock-before-certificate-remedy = 時計が遅れているのでしょう。日付と時刻を自動にし、もう一度調べてください。
doctor-clock-after-certificate = このコンピューターの時計では、{ $provider } の証明書は期限切れです。
doctor-clock-after-certificate-remedy = このコンピューターの日付が合っていれば、{ $provider } の更新が遅れています。違うなら、日付と時刻を自動にしてください。

## Not checked

doctor-not-checked-no-provider = 尋ねるプロバイダーがありません。
doctor-not-checked-loopback = { $provider } はこのコンピューターにあるため、間に入る者はいません。
doctor-not-checked-no-link-handler = { $app } はここではリンクを受け取りません。
doctor-not-checked-links-not-ours = { $app } へのリンクはよそに届くため、開きませんでした。
doctor-not-checked-links-not-known = { $app } へのリンクを誰が受け取るか分からないため、開きませんでした。
doctor-not-checked-no-display = リンクを開く画面がありません。
doctor-not-checked-no-keychain = 答えるキーチェーンがなければ、記録を開けません。
doctor-not-checked-passphrase-needed = パスフレーズで封じられていて、{ $app } にはまだ渡されていません。
doctor-not-checked-awaits-person = ブラウザーでのクリックが必要です。
doctor-not-checked-unreachable = 知るための { $provider } との接続がありません。
doctor-not-checked-no-date = { $provider } は時刻を伝えません。
doctor-not-checked-in-use = あなたの別のプログラムが使っています。少し待ってもう一度調べてください。
doctor-not-checked-took-too-long = 時間がかかりすぎました。
doctor-not-checked-unsupported-here = このシステムでは知る方法がありません。
doctor-not-checked-failed = 調べられませんでした。

## Buttons

doctor-repair-unlock-keychain = キーチェーンのロックを解除
doctor-repair-set-damaged-aside = { $app } が保管するものを直す
doctor-repair-start-afresh = 脇に置いて一から始める
doctor-repair-register-links = { $app } にリンクを受け取らせる
