# Not yet reviewed by a native reader.

page-return = このタブを閉じて { $app } に戻れます。
page-open-app = { $app } を開く

page-signed-in-title = サインインしました
page-signed-in-text = { $app } は必要なものを受け取りました。

page-refused-title = サインインしていません
page-refused-text = サインインが断られたため、{ $app } には何も伝えられていません。

page-failed-title = サインインできませんでした
page-failed-text = 理由は { $app } に表示されます。もう一度試せます。

page-used-title = このサインインはすでに使われました
page-used-text = サインインは一回ごとです。もう一度サインインするには、{ $app } でやり直してください。

page-expired-title = このサインインは期限が切れました
page-expired-text = 時間がかかりすぎました。{ $app } でやり直してください。

page-cancelled-title = このサインインは取り消されました
page-cancelled-text = 終わる前に { $app } で取り消されました。

page-signed-out-title = サインアウトしました
page-signed-out-text = プロバイダーがこのブラウザーでのセッションを終了しました。

page-unknown-title = 何も起きていません
page-unknown-text = { $app } はこのサインインを知りません。待っているものは引き続き待っています。
