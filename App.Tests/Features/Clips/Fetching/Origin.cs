using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Downbeat.Tests.Features.Clips.Fetching;

/// <summary>A web server on this machine that behaves as a test wants it to.</summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly WebApplication app;

    private Origin(WebApplication app) => this.app = app;

    /// <summary>Its port.</summary>
    public int Port => new Uri(app.Urls.First()).Port;

    /// <summary>How many requests came.</summary>
    public int Requests { get; private set; }

    /// <summary>Connections that came, told apart.</summary>
    public HashSet<string> Connections { get; } = [];

    /// <summary>Starts it.</summary>
    public static async Task<Origin> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var origin = new Origin(app);
        app.Run(context =>
        {
            lock (origin.Connections)
            {
                origin.Requests++;
                origin.Connections.Add(context.Connection.Id);
            }

            return answer(context);
        });
        await app.StartAsync();
        return origin;
    }

    /// <summary>Address of something on it, under a name of choice.</summary>
    public Uri At(string path, string host = "127.0.0.1") => new($"http://{host}:{Port}{path}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}
