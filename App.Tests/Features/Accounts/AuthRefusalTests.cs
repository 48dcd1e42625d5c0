using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Accounts;

/// <summary>Identity's endpoints refuse like all others: with a code, a sentence and the field to blame.</summary>
public sealed class AuthRefusalTests(Studios studios)
{
    [Fact]
    public async Task A_wrong_password_is_refused_and_the_fifth_one_locks_the_account()
    {
        using var http = await OpenAsync();
        var (email, password) = ($"{Guid.NewGuid():N}@example.org", ApiCaller.Password);
        (await http.PostAsJsonAsync("auth/register", new { email, password })).EnsureSuccessStatusCode();
        for (var i = 0; i < 4; i++)
        {
            await AssertRefusedAsync(http, "auth/login", new { email, password = "wrong horse" }, 401, "auth.failed");
        }

        (await http.PostAsJsonAsync("auth/login", new { email, password })).EnsureSuccessStatusCode();
        for (var i = 0; i < 4; i++)
        {
            await AssertRefusedAsync(http, "auth/login", new { email, password = "wrong horse" }, 401, "auth.failed");
        }

        await AssertRefusedAsync(http, "auth/login", new { email, password = "wrong horse" }, 401, "auth.locked_out");
        await AssertRefusedAsync(http, "auth/login", new { email, password }, 401, "auth.locked_out");
        await AssertRefusedAsync(http, "auth/login", new { email = "nobody@example.org", password }, 401, "auth.failed");
    }

    [Fact]
    public async Task A_registration_that_cannot_be_is_refused_by_its_field()
    {
        using var http = await OpenAsync();
        var (email, password) = ($"{Guid.NewGuid():N}@example.org", ApiCaller.Password);
        (await http.PostAsJsonAsync("auth/register", new { email, password })).EnsureSuccessStatusCode();

        await AssertRefusedAsync(http, "auth/register", new { email, password }, 400, "auth.email_taken", "email");
        await AssertRefusedAsync(http, "auth/register", new { email = email.ToUpperInvariant(), password }, 400, "auth.email_taken", "email");
        await AssertRefusedAsync(http, "auth/register", new { email = "not an address", password }, 400, "request.field", "email");
        await AssertRefusedAsync(http, "auth/register", new { email = $"2{email}", password = "short" }, 400, "request.field", "password");
        Assert.True((await http.PostAsJsonAsync("auth/register", new { email = $"2{email}", password })).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Everything_else_that_is_wrong_has_a_code_too()
    {
        using var http = await OpenAsync();

        await AssertRefusedAsync(http, "auth/refresh", new { refreshToken = "made up" }, 401, "auth.required");
        await AssertRefusedAsync(http, "auth/login", new { email = 7 }, 400, "request.malformed");
        await AssertRefusedAsync(http, "auth/register", new { }, 400, "request.malformed");
        await AssertRefusedAsync(http, "auth/login", new { }, 400, "request.malformed");
        await AssertRefusedAsync(http, "auth/resetPassword", new { email = "a@example.org", resetCode = "x", newPassword = ApiCaller.Password }, 400, "request.field");
        await AssertRefusedAsync(http, "auth/manage/info", new { }, 401, "auth.required");
    }

    private static async Task AssertRefusedAsync(HttpClient http, string path, object body, int status, string code, string? field = null)
    {
        var answer = await http.PostAsJsonAsync(path, body);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((HttpStatusCode)status == answer.StatusCode, $"{path} answered {(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.EndsWith(".", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        if (field is not null)
        {
            Assert.NotEmpty(problem.GetProperty("errors").GetProperty(field)[0].GetString()!);
        }
    }

    private async Task<HttpClient> OpenAsync() => new() { BaseAddress = new Uri((await studios.OnAsync("SQLite")).Address, "/api/v1/") };
}
