using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Load;

/// <summary>
/// A page that is alive, without a browser: it loads the page, opens its circuit as Blazor's script does, takes every picture that is sent to it, and answers what the page asks the browser:
/// with an object where it wants one to talk to, else with nothing.
/// </summary>
internal sealed partial class CircuitClient : IAsyncDisposable
{
    private const int ObjectReference = 1;

    // How the page says which object takes the events of the browser.
    private const string EventTaker = "Blazor._internal.attachWebRendererInterop";

    private readonly HashSet<ulong> closed = [];
    private readonly TaskCompletionSource attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient http;
    private readonly Uri studio;
    private readonly HubConnection hub;
    private string? circuit;
    private long eventTaker;
    private int events;
    private long lastHeard = Environment.TickCount64;
    private int references;

    private CircuitClient(HttpClient http, Uri studio, string cookie)
    {
        (this.http, this.studio) = (http, studio);
        var builder = new HubConnectionBuilder().WithUrl(new Uri(studio, "_blazor"), options =>
        {
            options.SkipNegotiation = true;
            options.Transports = HttpTransportType.WebSockets;
            options.Headers["Cookie"] = cookie;

            // As browsers do: the server's side of compression is a part of what a circuit costs.
            options.WebSocketConfiguration = socket => socket.DangerousDeflateOptions = new WebSocketDeflateOptions();
        });
        builder.Services.AddSingleton<IHubProtocol, BlazorPackProtocol>();
        hub = builder.Build();
        hub.On<long, byte[]>("JS.RenderBatch", TakeAsync);
        hub.On<long, string, string, int, long, int>("JS.BeginInvokeJS", AnswerAsync);
        hub.On<int>("JS.EndUpdateRootComponents", _ => attached.TrySetResult());
        hub.On<int, string>("JS.AttachComponent", (_, _) => { });
        hub.On<string, bool, string>("JS.EndInvokeDotNet", (_, isDone, result) => TakeEventEnd(isDone, result));
        hub.On<string>("JS.Error", error => Fail(new InvalidOperationException(error)));
        hub.Closed += error =>
        {
            Fail(error ?? new IOException("The circuit was closed."));
            return Task.CompletedTask;
        };
    }

    /// <summary>Pictures that were taken.</summary>
    public int Batches { get; private set; }

    /// <summary>Bytes of the pictures.</summary>
    public long BatchBytes { get; private set; }

    /// <summary>What went wrong, or null.</summary>
    public Exception? Error { get; private set; }

    /// <summary>What the page asked the browser, by name.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Opens a page and waits until its components are there and it has said nothing more for half a second.</summary>
    /// <param name="http">For the page itself; without a cookie jar.</param>
    /// <param name="studio">Where the studio is.</param>
    /// <param name="path">Path of the page.</param>
    /// <param name="cookie">Value of the Cookie header.</param>
    public static async Task<CircuitClient> OpenAsync(HttpClient http, Uri studio, string path, string cookie)
    {
        var address = new Uri(studio, path);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Cookie", cookie } } };
        using var answer = await http.SendAsync(request);
        var page = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        var client = new CircuitClient(http, studio, cookie);
        try
        {
            await client.StartAsync(address, page);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens everything on the page that can be opened and is made only then, and what appears in it, as somebody does who looks at all of it.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> OpenAllAsync()
    {
        var opened = 0;
        for (var next = TakeClosed(); next.Count > 0; next = TakeClosed())
        {
            opened += next.Count;
            foreach (var handler in next)
            {
                var arguments = new JsonArray(new JsonObject { ["eventHandlerId"] = handler, ["eventName"] = "toggle", ["eventFieldInfo"] = null }, new JsonObject { ["type"] = "toggle" });
                await hub.SendAsync("BeginInvokeDotNetFromJS", $"{Interlocked.Increment(ref events)}", (string?)null, "DispatchEventAsync", eventTaker, arguments.ToJsonString());
            }

            Heard();
            await FallSilentAsync();
        }

        return opened;
    }

    /// <summary>Leaves as a browser does whose page is closed: without the farewell the studio would keep the circuit for one who may come back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (circuit is not null)
        {
            using var farewell = new MultipartFormDataContent { { new StringContent(circuit), "circuitId" } };
            using var answer = await http.PostAsync(new Uri(studio, "_blazor/disconnect"), farewell);
        }

        await hub.DisposeAsync();
    }

    private async Task StartAsync(Uri address, string page)
    {
        var operations = new JsonArray([.. Marker().Matches(page).Select((marker, i) => (JsonNode)new JsonObject
        {
            ["type"] = "add",
            ["ssrComponentId"] = i + 1,
            ["marker"] = JsonNode.Parse(marker.Groups[1].Value),
        })]);
        if (operations.Count == 0)
        {
            throw new InvalidOperationException($"{address} has no components that are alive.");
        }

        var state = State().Match(page).Groups[1].Value;
        await hub.StartAsync();
        circuit = await hub.InvokeAsync<string?>("StartCircuit", studio.ToString(), address.ToString(), "[]", state);
        if (circuit is null)
        {
            throw new InvalidOperationException("The studio did not start a circuit.");
        }

        await hub.SendAsync("UpdateRootComponents", new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString(), state);
        await attached.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await FallSilentAsync();
    }

    private async Task FallSilentAsync()
    {
        while (Environment.TickCount64 - Interlocked.Read(ref lastHeard) < 500)
        {
            await Task.Delay(100);
        }

        if (Error is not null)
        {
            throw Error;
        }
    }

    private Task TakeAsync(long id, byte[] batch)
    {
        Heard();
        (Batches, BatchBytes) = (Batches + 1, BatchBytes + batch.Length);
        lock (closed)
        {
            closed.UnionWith(RenderBatchReader.Handlers(batch, "ontoggle"));
            closed.ExceptWith(RenderBatchReader.GoneHandlers(batch));
        }

        return hub.SendAsync("OnRenderCompleted", id, (string?)null);
    }

    private Task AnswerAsync(long call, string name, string arguments, int resultType, long target, int callType)
    {
        Heard();
        Calls.Add(name);
        if (name == EventTaker)
        {
            eventTaker = JsonNode.Parse(arguments)![1]!["__dotNetObject"]!.GetValue<long>();
        }

        if (call == 0)
        {
            return Task.CompletedTask;
        }

        JsonNode? result = resultType == ObjectReference ? new JsonObject { ["__jsObjectId"] = Interlocked.Increment(ref references) } : null;
        return hub.SendAsync("EndInvokeJSFromDotNet", call, true, new JsonArray(call, true, result).ToJsonString());
    }

    private List<ulong> TakeClosed()
    {
        lock (closed)
        {
            List<ulong> taken = [.. closed];
            closed.Clear();
            return taken;
        }
    }

    private void TakeEventEnd(bool isDone, string result)
    {
        Heard();
        if (!isDone)
        {
            Fail(new InvalidOperationException(result));
        }
    }

    private void Heard() => Interlocked.Exchange(ref lastHeard, Environment.TickCount64);

    private void Fail(Exception error)
    {
        Error ??= error;
        attached.TrySetException(error);
    }

    [GeneratedRegex("""<!--Blazor:(\{"type":"server".*?\})-->""")]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:([A-Za-z0-9+/=]+)-->")]
    private static partial Regex State();
}
