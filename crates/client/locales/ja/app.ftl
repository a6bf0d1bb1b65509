# Not yet reviewed by a native reader.

instance-channel-unavailable = 動作中の Doorkey への通り道を別のプログラムがふさいでいて、応答しません。リンクは渡されず、何も残されていません。サインインをやり直し、リンクを使わずに戻る方法を選んでください。
