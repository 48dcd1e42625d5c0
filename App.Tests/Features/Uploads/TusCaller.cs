using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Uploads;

/// <summary>A program that speaks tus, and lies when the test says so.</summary>
internal sealed class TusCaller(ApiCaller caller) : IDisposable
{
    public ApiCaller Caller { get; } = caller;

    public static async Task<TusCaller> RegisterAsync(Studio studio) => new(await ApiCaller.RegisterAsync(studio));

    /// <summary>Metadata as the header has them.</summary>
    public static string Metadata(params (string Name, string Value)[] fields) =>
        string.Join(',', fields.Select(field => $"{field.Name} {Convert.ToBase64String(Encoding.UTF8.GetBytes(field.Value))}"));

    /// <summary>Begins an upload of a song.</summary>
    /// <returns>Its id.</returns>
    public Task<Guid> OpenSongAsync(long length, string name = "song.mp3") => OpenAsync(length, ("filename", name), ("target", "song"));

    /// <summary>Begins an upload.</summary>
    public async Task<Guid> OpenAsync(long length, params (string Name, string Value)[] metadata)
    {
        using var answer = await SendAsync(HttpMethod.Post, "uploads", null, ("Upload-Length", $"{length}"), ("Upload-Metadata", Metadata(metadata)));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return Guid.Parse(answer.Headers.Location!.OriginalString["/api/v1/uploads/".Length..]);
    }

    /// <summary>Sends a part.</summary>
    public Task<HttpResponseMessage> PatchAsync(Guid id, long offset, ReadOnlyMemory<byte> part, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, $"uploads/{id}", Part(part), [("Upload-Offset", $"{offset}"), .. headers]);

    /// <summary>Asks where an upload is, again while a part is being written.</summary>
    public async Task<HttpResponseMessage> HeadAsync(Guid id)
    {
        while (true)
        {
            var answer = await SendAsync(HttpMethod.Head, $"uploads/{id}");
            if (answer.StatusCode != HttpStatusCode.Locked)
            {
                return answer;
            }
        }
    }

    /// <summary>Where an upload is.</summary>
    public async Task<long> OffsetAsync(Guid id)
    {
        using var answer = await HeadAsync(id);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single());
    }

    /// <summary>Any request of the protocol.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Caller.Http.SendAsync(request);
    }

    /// <summary>Begins to send a part over a connection of its own and stops after some bytes, which the studio has then. The connection stays open until the client is disposed.</summary>
    public async Task<TcpClient> SendHalfAsync(Studio studio, Guid id, long offset, ReadOnlyMemory<byte> part, int sent, string headers = "")
    {
        var client = new TcpClient();
        await client.ConnectAsync(studio.Address.Host, studio.Address.Port);
        var head = $"PATCH /api/v1/uploads/{id} HTTP/1.1\r\nHost: {studio.Address.Authority}\r\nAuthorization: Bearer {Caller.Token}\r\nTus-Resumable: 1.0.0\r\n" +
            $"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {part.Length}\r\n{headers}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await client.GetStream().WriteAsync(part[..sent]);
        return client;
    }

    /// <summary>A part as content.</summary>
    public static HttpContent Part(ReadOnlyMemory<byte> bytes) => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };

    /// <summary>Status and code of a refusal.</summary>
    public static async Task<(int Status, string? Code)> ProblemAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal("1.0.0", answer.Headers.GetValues("Tus-Resumable").Single());
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
    }

    /// <summary>Where the file of an upload lies while it comes.</summary>
    public static string PathOf(Studio studio, Guid id) => Path.Combine(studio.DataDirectory, "files", "uploads", $"{id:N}");

    /// <summary>Waits until so much of an upload is on the disk.</summary>
    public static async Task ArrivedAsync(Studio studio, Guid id, long length)
    {
        for (var file = new FileInfo(PathOf(studio, id)); file.Length < length; file.Refresh())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => Caller.Dispose();
}
