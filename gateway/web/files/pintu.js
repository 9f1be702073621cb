// The position of the telephone, where it can be had; the form works without.
(function () {
  var button = document.getElementById("locate");
  if (!button || !navigator.geolocation) return;
  var says = document.getElementById("located");
  button.hidden = false;
  button.addEventListener("click", function () {
    navigator.geolocation.getCurrentPosition(function (found) {
      document.getElementById("latitude").value = found.coords.latitude.toFixed(6);
      document.getElementById("longitude").value = found.coords.longitude.toFixed(6);
      says.textContent = button.dataset.located;
    }, function () {
      says.textContent = button.dataset.failed;
    }, { timeout: 15000 });
  });
})();
