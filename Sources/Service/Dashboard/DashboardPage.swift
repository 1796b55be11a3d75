/// The one page of the dashboard: a frame that its program fills.
enum DashboardPage {
  static let html = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Athanor laboratory</title>
    <link rel="stylesheet" href="/assets/style.css">
    <link rel="icon" href="data:,">
    <script type="module" src="/assets/app.js"></script>
    </head>
    <body>
    <a class="skip" href="#view">Skip to the content</a>
    <main>
    <div class="top">
    <p class="brand"><span class="mark" aria-hidden="true"></span><a href="#/">Athanor laboratory</a></p>
    <form id="who" autocomplete="off">
    <label for="name">Your name</label>
    <input id="name" name="name" maxlength="64" autocomplete="nickname">
    <button type="button" id="sign">Token…</button>
    </form>
    </div>
    <nav aria-label="Parts"><ul><li><a href="#/">Campaigns</a></li><li><a href="#/materials">Materials</a></li>
    <li><a href="#/models">Models</a></li></ul></nav>
    <dialog id="token-dialog" aria-labelledby="token-title">
    <form method="dialog">
    <h2 id="token-title">Token</h2>
    <p class="text">It stays in this tab and is forgotten with it.</p>
    <label for="token">Token of this service</label>
    <input id="token" type="password" autocomplete="off" spellcheck="false">
    <p class="actions"><button value="ok" class="primary">Use it</button>
    <button value="cancel">Cancel</button></p>
    </form>
    </dialog>
    <p id="message" role="status" aria-live="polite" class="notice" hidden></p>
    <div id="view" tabindex="-1"></div>
    <noscript><p class="notice">This page needs scripts, all of which come from this service. The
    same figures are at <a href="/v1/campaigns">/v1/campaigns</a>.</p></noscript>
    </main>
    </body>
    </html>
    """
}
