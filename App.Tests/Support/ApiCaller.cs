using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Support;

/// <summary>A program that talks to a started studio with a bearer token.</summary>
internal sealed class ApiCaller : IDisposable
{
    private readonly Uri studio;

    private ApiCaller(Uri studio, HttpClient http, string email, string token) => (this.studio, Http, Email, Token) = (studio, http, email, token);

    /// <summary>Password of every account made here.</summary>
    public const string Password = "correct horse";

    public HttpClient Http { get; }

    public string Email { get; }

    public string Token { get; }

    /// <summary>Registers a new user and signs in.</summary>
    public static Task<ApiCaller> RegisterAsync(Studio studio) => RegisterAsync(studio.Address);

    /// <summary>A user who runs the studio, also when others were there first.</summary>
    public static async Task<ApiCaller> AdministratorAsync(Studio studio)
    {
        var caller = await RegisterAsync(studio);
        await using var scope = studio.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = (await users.FindByEmailAsync(caller.Email))!;
        if (!await users.IsInRoleAsync(user, Registrar.Administrator))
        {
            await users.AddToRoleAsync(user, Registrar.Administrator);
        }

        // The roles are in the token.
        var login = await (await caller.Http.PostAsJsonAsync("auth/login", new { email = caller.Email, password = Password })).Content.ReadFromJsonAsync<JsonElement>();
        caller.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("accessToken").GetString());
        return caller;
    }

    /// <summary>Registers a new user with the studio at an address and signs in.</summary>
    public static async Task<ApiCaller> RegisterAsync(Uri studio)
    {
        var http = new HttpClient { BaseAddress = new Uri(studio, "/api/v1/") };
        var account = new { email = $"{Guid.NewGuid():N}@example.org", password = Password };
        (await http.PostAsJsonAsync("auth/register", account)).EnsureSuccessStatusCode();
        var login = await (await http.PostAsJsonAsync("auth/login", account)).Content.ReadFromJsonAsync<JsonElement>();
        var token = login.GetProperty("accessToken").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new(studio, http, account.email, token);
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await Http.GetAsync(path));

    public async Task<JsonElement> PostAsync(string path, object? body = null) => await ReadAsync(await Http.PostAsJsonAsync(path, body ?? new { }));

    /// <summary>The same user at another instance.</summary>
    public ApiCaller At(Studio other)
    {
        var http = new HttpClient { BaseAddress = new Uri(other.Address, "/api/v1/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return new(other.Address, http, Email, Token);
    }

    /// <summary>Uploads one file under a name of choice.</summary>
    public async Task<HttpResponseMessage> UploadAsync(string path, Stream content, string fileName, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new StreamContent(content), "file", fileName);
        return await Http.PostAsync(path, form);
    }

    /// <summary>Uploads a file of this machine and gives the answer's JSON.</summary>
    public async Task<JsonElement> UploadAsync(string path, string file)
    {
        await using var content = File.OpenRead(file);
        return await ReadAsync(await UploadAsync(path, content, Path.GetFileName(file)));
    }

    /// <summary>Waits until a job has come to its end.</summary>
    public Task<JsonElement> JobEndAsync(string jobId) =>
        JobAsync(jobId, job => job.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled");

    /// <summary>Waits, told by the hub and never asking twice, until a job is as wanted.</summary>
    public async Task<JsonElement> JobAsync(string jobId, Func<JsonElement, bool> isAsWanted)
    {
        var ended = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = await WatchAsync("Watch", [Guid.Parse(jobId)], job =>
        {
            if (job.GetProperty("id").GetString() == jobId && isAsWanted(job))
            {
                ended.TrySetResult(job);
            }
        });
        return await ended.Task.WaitAsync(TimeSpan.FromMinutes(3));
    }

    /// <summary>Follows all jobs of the caller by the hub.</summary>
    public Task<HubConnection> WatchAllAsync(Action<JsonElement> changed) => WatchAsync("WatchAll", [], changed);

    /// <summary>Uploads a song and waits until it has been listened to.</summary>
    public async Task<string> AddSongAsync(string file)
    {
        var song = await UploadAsync("songs", file);
        var jobs = await GetAsync("jobs?kind=analysis&pageSize=100");
        var id = song.GetProperty("id").GetString()!;
        var job = jobs.GetProperty("items").EnumerateArray().First(item => item.GetProperty("subjectId").GetString() == id);
        var end = await JobEndAsync(job.GetProperty("id").GetString()!);
        Assert.Equal("succeeded", end.GetProperty("status").GetString());
        return id;
    }

    public void Dispose() => Http.Dispose();

    private async Task<HubConnection> WatchAsync(string method, object?[] arguments, Action<JsonElement> changed)
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(studio, "/hubs/jobs"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(Token))
            .Build();
        hub.On("jobChanged", changed);
        await hub.StartAsync();
        await hub.InvokeCoreAsync(method, arguments);
        return hub;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
