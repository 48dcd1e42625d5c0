using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Downbeat.E2E.Support;

namespace Downbeat.Tests.Support;

/// <summary>A browser that is signed in by cookie.</summary>
internal sealed partial class Visitor : IDisposable
{
    private Visitor(Uri address) => Http = new(new HttpClientHandler { CookieContainer = new(), AllowAutoRedirect = false }) { BaseAddress = address };

    public HttpClient Http { get; }

    /// <summary>Opens a browser for the user of a program.</summary>
    public static async Task<Visitor> SignInAsync(Studio studio, ApiCaller caller)
    {
        var visitor = new Visitor(studio.Address);
        var email = (await caller.GetAsync("auth/me")).GetProperty("email").GetString();
        (await visitor.Http.PostAsJsonAsync("api/v1/auth/login?useCookies=true", new { email, password = ApiCaller.Password })).EnsureSuccessStatusCode();
        return visitor;
    }

    /// <summary>The token that a page gives its scripts.</summary>
    public async Task<string> CsrfTokenAsync(string page) => CsrfMeta().Match(await Http.GetStringAsync(page)).Groups[1].Value;

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("""<meta name="csrf-token" content="([^"]+)""")]
    private static partial Regex CsrfMeta();
}
