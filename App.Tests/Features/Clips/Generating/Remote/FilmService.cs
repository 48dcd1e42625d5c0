using System.Collections.Concurrent;
using System.Text.Json;
using Downbeat.Tests.Features.Clips.Fetching;
using Microsoft.AspNetCore.Http;

namespace Downbeat.Tests.Features.Clips.Generating.Remote;

/// <summary>A service that makes films from words, as they are to be had: predictions are created, asked after, cancelled, and their films fetched. Behaves as a test wants it to.</summary>
internal sealed class FilmService : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> asked = [];
    private Origin origin = default!;

    /// <summary>What is answered to a creation instead of the prediction; null for that.</summary>
    public Func<int, HttpContext, Task<bool>>? OnCreate { get; set; }

    /// <summary>The same to a question; its number counts from 1 for each prediction.</summary>
    public Func<int, HttpContext, Task<bool>>? OnAsk { get; set; }

    /// <summary>The same to a fetch.</summary>
    public Func<HttpContext, Task<bool>>? OnFetch { get; set; }

    /// <summary>After how many questions it is done.</summary>
    public int DoneAfter { get; set; } = 2;

    /// <summary>What comes out: a status and what stands in output or error.</summary>
    public Func<string, object> Outcome { get; set; } = film => new { status = "succeeded", output = new[] { film } };

    /// <summary>All that was created: what was sent, and the key it was sent with.</summary>
    public ConcurrentQueue<(JsonElement Body, string? Key, string? Authorization)> Created { get; } = [];

    /// <summary>Predictions that were to be stopped.</summary>
    public ConcurrentQueue<string> Cancelled { get; } = [];

    /// <summary>Where predictions are created.</summary>
    public string Address => origin.At("/v1/predictions").ToString();

    /// <summary>Starts it.</summary>
    public static async Task<FilmService> StartAsync(byte[] film)
    {
        var service = new FilmService();
        service.origin = await Origin.StartAsync(context => service.AnswerAsync(context, film));
        return service;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => origin.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, byte[] film)
    {
        var path = context.Request.Path.Value!;
        if (context.Request.Method == "POST" && path == "/v1/predictions")
        {
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            Created.Enqueue((body.RootElement.Clone(), context.Request.Headers["Idempotency-Key"], context.Request.Headers.Authorization));
            if (OnCreate is null || await OnCreate(Created.Count, context))
            {
                context.Response.StatusCode = 201;
                await context.Response.WriteAsJsonAsync(new { id = $"p{Created.Count}", status = "starting", urls = new { get = "http://169.254.169.254/stolen", cancel = "http://169.254.169.254/stolen" } });
            }
        }
        else if (path.EndsWith("/cancel", StringComparison.Ordinal))
        {
            Cancelled.Enqueue(path.Split('/')[3]);
        }
        else if (path.StartsWith("/v1/predictions/", StringComparison.Ordinal))
        {
            var id = path.Split('/')[3];
            var count = asked.AddOrUpdate(id, 1, (_, before) => before + 1);
            if (OnAsk is null || await OnAsk(count, context))
            {
                var outcome = count < DoneAfter ? new { status = "processing" } : Outcome(origin.At($"/film/{id}.mp4").ToString());
                var answer = JsonSerializer.SerializeToNode(outcome)!.AsObject();
                answer["id"] = id;
                await context.Response.WriteAsJsonAsync(answer);
            }
        }
        else if (path.StartsWith("/film/", StringComparison.Ordinal) && (OnFetch is null || await OnFetch(context)))
        {
            context.Response.ContentType = "video/mp4";
            await context.Response.Body.WriteAsync(film, context.RequestAborted);
        }
    }
}
