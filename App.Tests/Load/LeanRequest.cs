using System.Text;

namespace Downbeat.Tests.Load;

/// <summary>Requests as the bytes that go over the wire.</summary>
internal static class LeanRequest
{
    /// <summary>A GET, of somebody or of nobody.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="headers">Further lines, each without its line end.</param>
    public static ReadOnlyMemory<byte> Get(string path, params IEnumerable<string> headers) => Of("GET", path, "", headers);

    /// <summary>A request with a body of JSON; without a body when it is empty.</summary>
    public static ReadOnlyMemory<byte> Of(string method, string path, string json, params IEnumerable<string> headers)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        foreach (var header in headers)
        {
            text.Append(header).Append("\r\n");
        }

        if (json.Length > 0)
        {
            text.Append("Content-Type: application/json\r\n");
        }

        if (method != "GET")
        {
            text.Append("Content-Length: ").Append(Encoding.UTF8.GetByteCount(json)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(json).ToString());
    }
}
