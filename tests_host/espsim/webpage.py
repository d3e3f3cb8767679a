"""The page AT+WEBSERVER serves. It works without scripts too: then the form alone is left."""

PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Module set-up</title>
<style>
body { font: 16px sans-serif; max-width: 24em; margin: 1em auto; padding: 0 1em }
label, input, select, button { display: block; width: 100%; box-sizing: border-box; margin: .3em 0; font: inherit }
</style>
</head>
<body>
<h1>Wi-Fi</h1>
<form id="wifi" method="post" action="/setstainfo">
<label for="ssid">Name</label>
<input id="ssid" name="ssid" list="points" maxlength="32" required autocomplete="off">
<datalist id="points"></datalist>
<label for="password">Password</label>
<input id="password" name="password" type="password" maxlength="64">
<button>Connect</button>
</form>
<p id="state" role="status"></p>
<h1>Firmware</h1>
<p id="version"></p>
<form id="ota">
<select id="partition" aria-label="Partition"><option>ota</option></select>
<input id="file" type="file" accept=".bin" aria-label="File">
<button>Upgrade</button>
</form>
<p id="result" role="status"></p>
<script>
const at = id => document.getElementById(id);
const words = ["", "Connecting ...", "Connected", "Connection failed"];
const ask = async (path, options) => (await fetch(path, options)).json();
async function watch() {
  const now = await ask("/getstainfo");
  at("state").textContent = words[now.state] + (now.state == 2 ? ": " + now.ip : "");
  if (now.state == 1) setTimeout(watch, 500);
}
at("wifi").onsubmit = async event => {
  event.preventDefault();
  const body = JSON.stringify({ssid: at("ssid").value, password: at("password").value});
  await ask("/setstainfo", {method: "POST", headers: {"Content-Type": "application/json"}, body});
  watch();
};
at("ota").onsubmit = async event => {
  event.preventDefault();
  const path = "/setotadata?partition=" + encodeURIComponent(at("partition").value);
  const answer = await ask(path, {method: "POST", body: at("file").files[0]});
  at("result").textContent = "OTA " + answer.result;
};
(async () => {
  for (const point of (await ask("/getaprecord")).aplist) at("points").append(new Option(point.ssid));
  const info = await ask("/getotainfo");
  at("version").textContent = info.fw_version + ", AT " + info.at_core_version;
  at("partition").replaceChildren(...info.partitions.map(name => new Option(name)));
  watch();
})();
</script>
</body>
</html>
"""
