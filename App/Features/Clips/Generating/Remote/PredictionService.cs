using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips.Generating.Remote;

/// <summary>Speaks to the service that is configured: creates predictions, asks after them, stops them. It is trusted as far as its address goes; what it answers is not.</summary>
internal sealed class PredictionService : IDisposable
{
    private const int MostAnswerBytes = 1 << 20;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 16 };

    private readonly RemoteOptions options;
    private readonly HttpClient http;

    /// <summary>Prepares for speaking.</summary>
    public PredictionService(IOptions<RemoteOptions> options)
    {
        this.options = options.Value;
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(15) })
        {
            Timeout = this.options.AnswerTimeout,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Downbeat/1");
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        if (this.options.Token is { Length: > 0 } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Has the service begin.</summary>
    /// <param name="input">What the model is told.</param>
    /// <param name="webhook">Where the service shall tell of its end; null for nowhere.</param>
    /// <param name="key">The same key stands for the same work, where the service knows that.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">422 <c>generator.refused</c>: it does not take this.</exception>
    /// <exception cref="TransientProblem">It cannot be reached, is busy, or answers with nonsense.</exception>
    public Task<Prediction> CreateAsync(IReadOnlyDictionary<string, object> input, string? webhook, string key, CancellationToken stop)
    {
        var body = new Dictionary<string, object> { [IsVersion(options.Model!) ? "version" : "model"] = options.Model!, ["input"] = input };
        if (webhook is not null)
        {
            body["webhook"] = webhook;
            body["webhook_events_filter"] = (string[])["completed"];
        }

        return AskAsync(
            () => new(HttpMethod.Post, options.Address) { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } } },
            stop);
    }

    /// <summary>Asks how a prediction stands.</summary>
    /// <exception cref="StudioProblem">422 <c>generator.refused</c>: it is not known there.</exception>
    /// <exception cref="TransientProblem">As for <see cref="CreateAsync"/>.</exception>
    public Task<Prediction> FindAsync(string id, CancellationToken stop) => AskAsync(() => new(HttpMethod.Get, AddressOf(id)), stop);

    /// <summary>Has the service stop. That it does is not waited for.</summary>
    public async Task CancelAsync(string id, ILogger logger)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(id) + "/cancel");
            using var answer = await http.SendAsync(request, limit.Token);
            logger.LogDebug("The remote generator was told to stop {Prediction} and answered {Status}", id, answer.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            logger.LogWarning(e, "The remote generator could not be told to stop {Prediction}; it may go on, and cost", id);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // Always below the configured address, wherever an answer points to: the token goes nowhere else.
    private string AddressOf(string id) => $"{options.Address!.TrimEnd('/')}/{Uri.EscapeDataString(id)}";

    private static bool IsVersion(string model) => model.Length == 64 && model.All(char.IsAsciiHexDigitLower);

    private async Task<Prediction> AskAsync(Func<HttpRequestMessage> ask, CancellationToken stop)
    {
        try
        {
            using var request = ask();
            using var answer = await http.SendAsync(request, stop);
            if (!answer.IsSuccessStatusCode)
            {
                throw Refused(answer);
            }

            var prediction = JsonSerializer.Deserialize<Prediction>(await answer.Content.ReadAsStreamAsync(stop), Json);
            return prediction is { Id: { Length: > 0 and <= 200 } } ? prediction : throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new TransientProblem("generator.nonsense", "The remote generator answered with something that cannot be understood.", e);
        }
        catch (HttpRequestException e)
        {
            throw new TransientProblem("generator.unreachable", "The remote generator cannot be reached, or breaks off.", e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new TransientProblem("generator.silent", $"The remote generator said nothing for {options.AnswerTimeout.TotalSeconds:0} seconds.", e);
        }
    }

    private static Exception Refused(HttpResponseMessage answer) => (int)answer.StatusCode switch
    {
        401 or 403 => new StudioProblem(422, "generator.not_accepted", "The remote generator does not accept this studio's token; the administrator has to look at RemoteGenerator:Token."),
        402 => new StudioProblem(422, "generator.not_accepted", "The remote generator wants to be paid first; the administrator has to look at its account."),
        408 or 409 or 425 or 429 or >= 500 => new TransientProblem("generator.busy", $"The remote generator answered {(int)answer.StatusCode}, which may pass."),
        _ => new StudioProblem(422, "generator.refused", $"The remote generator answered {(int)answer.StatusCode} and does not take this; change the prompt, or have the clip drawn by the built-in generator."),
    };
}
