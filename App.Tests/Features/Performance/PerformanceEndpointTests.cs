using System.Net;
using System.Text.Json;
using Downbeat.Tests.Http;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Performance;

/// <summary>The administrator sees how the studio does; nobody else learns that there is anything to see.</summary>
public sealed class PerformanceEndpointTests(StudioFixture fixture) : IClassFixture<StudioFixture>
{
    private static readonly string[] Paths =
    [
        "stats", "insights", "report?category=api", "report?category=db&hours=1", "report?category=cache", "report?category=job", "report?category=ffmpeg", "report?category=storage&hours=168",
        "requests/slowest", "slow-queries", "jobs", "jobs?kind=analysis&slowest=true", "encoders", "estimates", "models", "admission", "promises", "caches", "caches/songs",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_leads_from_the_request_through_the_stages_to_the_command_lines_and_only_the_administrator_sees_it()
    {
        using var administrator = await ApiCaller.AdministratorAsync(fixture.Studio);
        using var other = await ApiCaller.RegisterAsync(fixture.Studio);
        using var stranger = new HttpClient { BaseAddress = administrator.Http.BaseAddress };
        await using var file = File.OpenRead(await SmallMedia.SongAsync());
        var uploaded = await other.UploadAsync("songs", file, "song.wav");
        var requestId = uploaded.Headers.GetValues("X-Request-Id").Single();
        var waiting = (await other.GetAsync("jobs")).GetProperty("items")[0];
        var job = await other.JobEndAsync(waiting.GetProperty("id").GetString()!);
        var id = job.GetProperty("id").GetString();
        Assert.Equal(requestId, job.GetProperty("traceId").GetString());
        Assert.Contains(requestId, await other.Http.GetStringAsync($"jobs/{id}/log", Stop), StringComparison.Ordinal);

        var view = await administrator.GetAsync($"performance/jobs/{id}");
        var attempt = view.GetProperty("attempts")[0];
        Assert.Equal((requestId, "succeeded"), (attempt.GetProperty("trace").GetProperty("traceId").GetString(), attempt.GetProperty("trace").GetProperty("outcome").GetString()));
        var stages = attempt.GetProperty("trace").GetProperty("stages").EnumerateArray().ToList();
        Assert.Equal(["Starting", "Decoding"], stages.Take(2).Select(stage => stage.GetProperty("stage").GetString()));
        Assert.Equal(attempt.GetProperty("trace").GetProperty("seconds").GetDouble(), stages.Sum(stage => stage.GetProperty("seconds").GetDouble()), 0.05);
        Assert.Contains(attempt.GetProperty("runs").EnumerateArray(), run => run.GetProperty("stage").GetString() == "Decoding" && run.GetProperty("arguments").GetString()!.Contains("-i ", StringComparison.Ordinal));
        Assert.Contains((await administrator.GetAsync("performance/jobs")).EnumerateArray(), row => row.GetProperty("jobId").GetString() == id);

        foreach (var path in Paths.Append($"jobs/{id}"))
        {
            Assert.Equal(HttpStatusCode.OK, (await administrator.Http.GetAsync($"performance/{path}", Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await other.Http.GetAsync($"performance/{path}", Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"performance/{path}", Stop)).StatusCode);
        }

        using var visitor = await Visitor.SignInAsync(fixture.Studio, other);
        foreach (var page in (string[])["performance", "performance/jobs", $"performance/jobs/{id}", "performance/promises"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.Http.GetAsync(page, Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri(fixture.Studio.Address, page), Stop)).StatusCode);
        }
    }

    [Fact]
    public async Task No_method_and_no_description_tells_others_that_there_is_anything()
    {
        using var administrator = await ApiCaller.AdministratorAsync(fixture.Studio);
        using var other = await ApiCaller.RegisterAsync(fixture.Studio);
        using var stranger = new HttpClient { BaseAddress = administrator.Http.BaseAddress };
        using var visitor = await Visitor.SignInAsync(fixture.Studio, other);
        HttpMethod[] methods = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, HttpMethod.Options];
        foreach (var (method, http) in methods.SelectMany(method => ((HttpClient[])[other.Http, stranger, visitor.Http]).Select(http => (method, http))))
        {
            foreach (var path in Paths.Append($"jobs/{Guid.NewGuid()}").Append("nothing").Append(""))
            {
                Assert.Equal((path, method, HttpStatusCode.NotFound), (path, method, await StatusAsync(http, method, new(administrator.Http.BaseAddress!, $"performance/{path}"))));
            }

            // A page that is not there answers each method in its own way.
            var missing = await StatusAsync(http, method, new(fixture.Studio.Address, "no-such-page"));
            foreach (var page in (string[])["performance", "performance/jobs", $"performance/jobs/{Guid.NewGuid()}", "performance/nothing/at/all"])
            {
                Assert.Equal((page, method, missing), (page, method, await StatusAsync(http, method, new(fixture.Studio.Address, page))));
            }
        }

        foreach (var path in (string[])["caches/songs", "caches", "models"])
        {
            Assert.Equal(HttpStatusCode.OK, (await administrator.Http.DeleteAsync($"performance/{path}", Stop)).StatusCode);
        }

        Assert.DoesNotContain("/performance", await stranger.GetStringAsync(new Uri(fixture.Studio.Address, "openapi/v1.json"), Stop), StringComparison.Ordinal);

        static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, Uri address)
        {
            using var request = new HttpRequestMessage(method, address);
            using var answer = await http.SendAsync(request, Stop);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("report?category=nothing")]
    [InlineData("report?hours=0")]
    [InlineData("report?hours=1000")]
    [InlineData("report?format=xml")]
    [InlineData("slow-queries?hours=-1")]
    [InlineData("jobs?kind=nothing")]
    public async Task What_cannot_be_reported_is_refused_by_name(string path)
    {
        using var administrator = await ApiCaller.AdministratorAsync(fixture.Studio);
        Assert.Equal(HttpStatusCode.BadRequest, (await administrator.Http.GetAsync($"performance/{path}", Stop)).StatusCode);
    }

    [Fact]
    public async Task Metrics_come_as_Prometheus_text_or_as_JSON()
    {
        using var http = new HttpClient { BaseAddress = fixture.Studio.Address };
        using var other = await ApiCaller.RegisterAsync(fixture.Studio);
        var text = await http.GetStringAsync("metrics", Stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        request.Headers.Accept.Add(new("application/json"));
        var json = JsonSerializer.Deserialize<JsonElement>(await (await http.SendAsync(request, Stop)).Content.ReadAsStringAsync(Stop));

        Assert.Contains("http_server_request_duration_seconds_bucket", text, StringComparison.Ordinal);
        Assert.Contains("downbeat_db_command_duration_seconds", text, StringComparison.Ordinal);
        var requests = json.EnumerateArray().First(metric => metric.GetProperty("name").GetString() == "http.server.request.duration");
        Assert.Contains(requests.GetProperty("points").EnumerateArray(), point => point.GetProperty("count").GetInt64() > 0 && point.GetProperty("tags").TryGetProperty("http.route", out var route) && route.GetString() == "/api/v1/auth/register");
    }
}
